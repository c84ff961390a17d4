"""Categorised styles in the words of QGIS (QML)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from eco_gis.outputs.style import Marker

_TYPES = {0: "marker", 1: "line", 2: "fill"}
_SHAPES = {Marker.SQUARE: "square", Marker.DIAMOND: "diamond", Marker.CIRCLE: "circle"}


@dataclass(frozen=True)
class Category:
    """One value of the styled column."""

    value: str
    label: str
    line: str
    """Colour of outline, line or sign, #RRGGBB."""
    opacity: float
    """Opacity of the inside."""
    fill: str = ""
    """Colour of the inside; that of the line where empty."""
    marker: Marker = Marker.CIRCLE


def categorised(column: str, categories: Sequence[Category], *, dimension: int) -> str:
    """A style that colours by the values of one column; what has no category is drawn grey.

    >>> 'attr="state"' in categorised("state", [Category("a", "a", "#112233", 0.5)], dimension=2)
    True
    """
    root = Element("qgis", version="3.22.0", styleCategories="Symbology")
    renderer = SubElement(
        root, "renderer-v2", type="categorizedSymbol", attr=column, enableorderby="0", forceraster="0", symbollevels="0"
    )  # fmt: skip
    listed = SubElement(renderer, "categories")
    symbols = SubElement(renderer, "symbols")
    rest = Category("", "…", "#8A9099", 0.3)
    for number, category in enumerate([*categories, rest]):
        SubElement(
            listed, "category", value=category.value, label=category.label, symbol=str(number), render="true",
            type="string",
        )  # fmt: skip
        _symbol(symbols, str(number), category, dimension)
    indent(root, " ")
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(root, encoding="unicode")


def _symbol(parent: Element, name: str, category: Category, dimension: int) -> None:
    kind = _TYPES[dimension]
    symbol = SubElement(parent, "symbol", type=kind, name=name, alpha="1", clip_to_extent="1")
    classes = {"marker": "SimpleMarker", "line": "SimpleLine", "fill": "SimpleFill"}
    layer = SubElement(symbol, "layer", {"class": classes[kind], "enabled": "1", "pass": "0", "locked": "0"})
    inside, line = _rgba(category.fill or category.line, category.opacity), _rgba(category.line, 1.0)
    options = {
        "marker": {"name": _SHAPES[category.marker], "color": line, "outline_color": "255,255,255,255", "size": "3"},
        "line": {"line_color": line, "line_width": "0.7", "line_style": "solid"},
        "fill": {"color": inside, "outline_color": line, "outline_width": "0.4", "style": "solid", "outline_style": "solid"},
    }[kind]  # fmt: skip
    chosen = SubElement(layer, "Option", type="Map")
    for key, value in options.items():
        SubElement(chosen, "Option", name=key, value=value, type="QString")
        SubElement(layer, "prop", k=key, v=value)


def _rgba(color: str, opacity: float) -> str:
    """A colour as QGIS writes it.

    >>> _rgba("#FF0080", 0.5)
    '255,0,128,128'
    """
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"{red},{green},{blue},{round(opacity * 255)}"
