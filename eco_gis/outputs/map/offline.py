"""One file that opens without internet: scripts and styles inlined, and proof that nothing is left to fetch."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from html.parser import HTMLParser
from importlib.resources import files

from eco_gis.errors import OutputError

_SCRIPT = re.compile(r'<script\s+src="([^"]+)"\s*>\s*</script>')
_SHEET = re.compile(r'<link\s+rel="stylesheet"\s+href="([^"]+)"\s*/?>')
_CSS_ADDRESS = re.compile(r"url\(\s*['\"]?(?!['\"]?(?:data:|#))|@import", re.IGNORECASE)
_FETCHING = {"src", "href", "srcset", "data", "poster", "background", "action", "formaction", "xlink:href"}

POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
"""Content security policy of the finished page: the browser itself refuses every request."""


def asset(name: str) -> str:
    """Text of a file that travels with the package in `outputs/assets`."""
    return files("eco_gis.outputs").joinpath("assets", name).read_text(encoding="utf-8")


def inline(html: str, assets: Mapping[str, str]) -> str:
    r"""Put scripts and style sheets inside the page.

    Parameters
    ----------
    html
        A page whose head links scripts and style sheets.
    assets
        Address as it stands in the page → text of the script or sheet.

    Raises
    ------
    OutputError
        When the page links something that `assets` does not hold.

    Examples
    --------
    >>> inline('<script src="a.js"></script>', {"a.js": "let a = '</script>'"})
    "<script>let a = '<\\/script>'</script>"
    """
    return _SHEET.sub(partial(_style, assets), _SCRIPT.sub(partial(_script, assets), html))


def require_offline(html: str) -> str:
    """The page itself, when opening it makes no request.

    Links that a person clicks (`<a href>`) are no requests.

    Raises
    ------
    OutputError
        Naming every address that would be fetched.

    Examples
    --------
    >>> require_offline('<p style="color: red">界</p>')
    '<p style="color: red">界</p>'
    >>> require_offline('<img src="https://tile.example/1.png">')
    Traceback (most recent call last):
    eco_gis.errors.OutputError: the page would fetch 1 address(es): <img src="https://tile.example/1.png">
    """
    reader = _Requests()
    reader.feed(html)
    reader.close()
    if reader.found:
        raise OutputError(f"the page would fetch {len(reader.found)} address(es): " + ", ".join(reader.found))
    return html


class _Requests(HTMLParser):
    """Collects everything that a browser would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        for name, value in attrs:
            address = (value or "").strip()
            fetched = name in _FETCHING and tag != "a" and not address.startswith(("data:", "#"))
            if fetched or (name == "style" and _CSS_ADDRESS.search(address)):
                self.found.append(f'<{tag} {name}="{address}">')

    def handle_endtag(self, tag: str) -> None:
        if tag == "style":
            self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.found += [data[hit.start() : hit.start() + 60] for hit in _CSS_ADDRESS.finditer(data)]


def _script(assets: Mapping[str, str], found: re.Match[str]) -> str:
    inside = _known(assets, found[1]).replace("</script", r"<\/script")
    return f"<script>{inside}</script>"


def _style(assets: Mapping[str, str], found: re.Match[str]) -> str:
    return f"<style>{_known(assets, found[1])}</style>"


def _known(assets: Mapping[str, str], address: str) -> str:
    try:
        return assets[address]
    except KeyError:
        raise OutputError(
            f"the page links {address}, which does not travel with the package: add it to outputs/assets"
        ) from None
