"""The map for the meeting: one HTML file that opens without internet."""

from __future__ import annotations

import json
from string import Template
from typing import Any

from eco_gis.layers.store import Store
from eco_gis.model.result import RunResult
from eco_gis.outputs.map.offline import POLICY, asset, inline, require_offline
from eco_gis.outputs.map.parts import map_data
from eco_gis.text import Lang

_ASSETS = ("leaflet.css", "map.css", "leaflet.js", "pen.js", "map.js")


def map_html(result: RunResult, *, lang: Lang, store: Store | None = None) -> str:
    """Draw a run as one page: control lines, sites by answer, lost and gained ground.

    The page asks the network for nothing, every figure on it is a fact of the run, and shapes are
    generalised for display only. Texts of other people (names, notes) are never read as HTML.

    Parameters
    ----------
    result
        A run; sites and changes may be absent.
    lang
        Language of everything but names.
    store
        Where the shapes of layers that were drawn before are kept.

    Returns
    -------
    str
        The page; the same run gives the same text.

    Raises
    ------
    OutputError
        When a figure is missing in the facts, or something would have to be fetched.
    """
    return page_of(map_data(result, lang, store), lang)


def page_of(data: dict[str, Any], lang: Lang) -> str:
    """The page that shows `data`, as `map_data` gives it.

    Raises
    ------
    OutputError
        When something would have to be fetched.
    """
    page = Template(asset("map.html")).substitute(
        lang="zh-CN" if lang == "zh" else "en",
        policy=POLICY,
        title=_text(data["head"]["title"]),
        data=_embedded(data),
    )
    return require_offline(inline(page, {name: asset(name) for name in _ASSETS}))


def _embedded(data: dict[str, object]) -> str:
    """JSON that no name inside it can break out of."""
    plain = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return plain.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _text(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;")
