"""The map for the meeting: one HTML file that opens without internet."""

from __future__ import annotations

import json
from typing import Any

import folium
from branca.element import Element, Figure, MacroElement
from folium.template import Template

from eco_gis.errors import OutputError
from eco_gis.layers.store import Store
from eco_gis.model.result import RunResult
from eco_gis.outputs.map.offline import POLICY, asset, inline, require_offline
from eco_gis.outputs.map.parts import map_data
from eco_gis.text import Lang

_SCRIPTS = ("leaflet.js", "pen.js", "map.js")
_SHEETS = ("leaflet.css", "map.css")


class _Meeting(MacroElement):
    """Hands the run's data to the page and starts the side panel, layers, legend and search."""

    _template = Template(
        """
        {% macro html(this, kwargs) %}
            <aside id="eco-panel"></aside>
            <script type="application/json" id="eco-data">{{ this.data }}</script>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            ecoMap({{ this._parent.get_name() }}, JSON.parse(document.getElementById("eco-data").textContent));
        {% endmacro %}
        """
    )

    def __init__(self, data: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca is typed in part only
        self._name, self._id, self.data = "meeting", "eco", data


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
    page = folium.Map(
        tiles=None, prefer_canvas=True, zoom_control=False, attributionControl=True, zoomSnap=0.25
    )
    page._id = "eco"
    page.default_js = [(name, name) for name in _SCRIPTS]
    page.default_css = [(name, name) for name in _SHEETS]
    page.add_child(_Meeting(_embedded(data)))
    figure = page.get_root()
    if not isinstance(figure, Figure):
        raise OutputError("folium gave the map no page to stand on")
    figure.header.add_child(
        Element(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'), index=0
    )
    figure.header.add_child(Element(f"<title>{_text(data['head']['title'])}</title>"), name="title")
    html = figure.render().replace("<html>", f'<html lang="{"zh-CN" if lang == "zh" else "en"}">', 1)
    return require_offline(inline(html, {name: asset(name) for name in (*_SCRIPTS, *_SHEETS)}))


def _embedded(data: dict[str, object]) -> str:
    """JSON that no name inside it can break out of."""
    plain = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return plain.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _text(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;")
