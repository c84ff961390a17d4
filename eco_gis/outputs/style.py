"""Colour, pattern, sign and label of everything that is drawn, read from `style.toml`.

Map, figures and the stored QGIS style all ask here, so that one thing looks the same everywhere and
colour is never the only sign.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from eco_gis.model.card import CardSign
from eco_gis.model.change import Conclusion, Direction
from eco_gis.model.function import FunctionAnswer
from eco_gis.model.layer import LayerSpec
from eco_gis.model.nature import LandGroup, NatureAnswer, NatureCause
from eco_gis.model.patches import PatchState
from eco_gis.model.role import LayerRole
from eco_gis.model.siting import Answer, Suggestion
from eco_gis.text import Lang, Text


class Pattern(StrEnum):
    """How an area is filled."""

    NONE = "none"
    SOLID = "solid"
    DIAGONAL = "diagonal"
    BACK_DIAGONAL = "back_diagonal"
    CROSS = "cross"
    HORIZONTAL = "horizontal"
    VERTICAL = "vertical"
    DOTS = "dots"

    @property
    def hatch(self) -> str:
        """The pattern in matplotlib's words; empty where there is no hatch.

        >>> Pattern.DIAGONAL.hatch, Pattern.SOLID.hatch
        ('///', '')
        """
        return _HATCHES.get(self, "")


_HATCHES = {
    Pattern.DIAGONAL: "///",
    Pattern.BACK_DIAGONAL: "\\\\\\",
    Pattern.CROSS: "xx",
    Pattern.HORIZONTAL: "---",
    Pattern.VERTICAL: "|||",
    Pattern.DOTS: "...",
}


class Marker(StrEnum):
    """Outline of a sign, so that signs differ without colour."""

    SQUARE = "square"
    DIAMOND = "diamond"
    CIRCLE = "circle"


@dataclass(frozen=True)
class AreaStyle:
    """How areas and lines of one kind are drawn."""

    label: Text
    line: str
    """Colour of the outline, #RRGGBB."""
    fill: str
    """Colour of the inside, #RRGGBB."""
    opacity: float
    """Opacity of the inside, 0 to 1."""
    pattern: Pattern
    width: float
    """Width of the outline in pixels."""
    dash: tuple[float, ...] = ()
    """Lengths of line and gap in pixels; empty for a solid line."""
    symbol: str = ""
    """Sign that stands for the kind in lists; empty where there is none."""

    def to_dict(self) -> dict[str, Any]:
        """The drawing of the style as plain values, without its label."""
        plain = asdict(self)
        del plain["label"]
        return plain


@dataclass(frozen=True)
class SignStyle:
    """How a verdict is shown: colour, symbol, outline and words together."""

    label: Text
    color: str
    """Colour of text and sign, #RRGGBB; dark enough to be read on white and on `tint`."""
    tint: str
    """Light background, #RRGGBB."""
    symbol: str
    marker: Marker = Marker.SQUARE
    dash: tuple[float, ...] = ()
    """Dash of a site's outline, in pixels; empty for a solid line."""

    def to_dict(self, lang: Lang) -> dict[str, Any]:
        """The sign as plain values, its words in `lang`."""
        return asdict(self) | {"label": self.label.to(lang)}


def layer_style(spec: LayerSpec, zone: str = "") -> AreaStyle:
    """Style of a catalog layer, or of one of its zones.

    A restriction is drawn after its kind; a zone the style does not know looks like its layer and is
    labelled with its own words.
    """
    style = role_style(spec.role, zone)
    if spec.role is LayerRole.RESTRICTION:
        style = replace(style, **_area(_table("restriction").get(spec.restriction, {})))
    return style if zone else replace(style, label=spec.title)


def role_style(role: LayerRole, zone: str = "") -> AreaStyle:
    """Style of a role, or of one zone of it.

    >>> role_style(LayerRole.REDLINE).fill
    '#267300'
    >>> role_style(LayerRole.NATURE_RESERVE, "核心区").label.en
    'core zone'
    """
    entry = _table("role")[role.value]
    style = AreaStyle(label=role.label, **_area(entry))
    if not zone:
        return style
    rank, known = zone_rank(role, zone), entry.get("zone", ())
    if rank == len(known):
        return replace(style, label=Text(zone))
    return replace(style, label=Text(known[rank]["zh"], known[rank]["en"]), **_area(known[rank]))


def zone_rank(role: LayerRole, zone: str) -> int:
    """Place of a zone in the legend of its role; zones the style does not know come last.

    >>> zone_rank(LayerRole.URBAN_BOUNDARY, "集中建设区"), zone_rank(LayerRole.URBAN_BOUNDARY, "？")
    (0, 3)
    """
    known = _table("role")[role.value].get("zone", ())
    matches = (i for i, entry in enumerate(known) if any(word in zone.lower() for word in entry["match"]))
    return next(matches, len(known))


def direction_style(direction: Direction) -> AreaStyle:
    """Style of lost (减少) and gained (增加) ground."""
    return AreaStyle(label=direction.label, **_area(_table("direction")[direction.value]))


def answer_style(answer: Answer) -> SignStyle:
    """Sign of an answer.

    >>> answer_style(Answer.NO_DATA).symbol
    '?'
    """
    return SignStyle(label=answer.label, **_sign(_table("answer")[answer.value]))


def suggestion_style(suggestion: Suggestion) -> SignStyle:
    """Sign of a preliminary suggestion (初审建议)."""
    return SignStyle(label=suggestion.label, **_sign(_table("suggestion")[suggestion.value]))


def conclusion_style(conclusion: Conclusion) -> SignStyle:
    """Sign of a conclusion about change (结论)."""
    return SignStyle(label=conclusion.label, **_sign(_table("conclusion")[conclusion.value]))


def state_style(state: PatchState) -> SignStyle:
    """Sign of how far the work on a patch is (图斑状态)."""
    return SignStyle(label=state.label, **_sign(_table("state")[state.value]))


def land_style(group: str) -> AreaStyle:
    """Style of a group of land classes: natural, farmland, built, unused; anything else is unknown.

    >>> land_style("natural").label.en, land_style("").label.zh
    ('Natural', '地类不明')
    """
    known = group in set(LandGroup)
    label = LandGroup(group).label if known else Text("地类不明", "Class unknown")
    return AreaStyle(
        label=label, **_area({"pattern": "solid"} | _table("land")[group if known else "unknown"])
    )


def patch_style(part: str) -> AreaStyle:
    """Style of a patch on its card: outline, unexplained, document, void (a document that does not count)."""
    return AreaStyle(label=_PATCH_PARTS[part], **_area({"pattern": "none"} | _table("patch")[part]))


_PATCH_PARTS = {
    "outline": Text("图斑", "Patch"),
    "unexplained": Text("未见有效手续", "No valid document"),
    "document": Text("有效手续", "Valid document"),
    "void": Text("未计入的手续", "Document that does not count"),
}


def card_style(sign: CardSign) -> SignStyle:
    """Sign of one duty of the 三不 card."""
    return SignStyle(label=sign.label, **_sign(_table("card")[sign.value]))


def nature_sign(answer: NatureAnswer) -> SignStyle:
    """Sign of the answer 性质不改变."""
    return replace(card_style(CardSign(answer.value)), label=answer.label)


def function_sign(answer: FunctionAnswer) -> SignStyle:
    """Sign of the answer 功能不降低."""
    signs = {FunctionAnswer.UNKNOWN: CardSign.NO_DATA, FunctionAnswer.DEGRADED: CardSign.TO_VERIFY}
    return replace(
        card_style(signs.get(answer, CardSign.KEPT)), label=answer.label, symbol=function_style(answer).symbol
    )


def cause_style(cause: NatureCause) -> AreaStyle:
    """Style of ground whose class changed, by cause."""
    return AreaStyle(label=cause.label, **_area(_table("nature")[cause.value]))


def function_style(answer: FunctionAnswer) -> AreaStyle:
    """Style of a patch by the trend of its function."""
    return AreaStyle(label=answer.label, **_area(_table("function")[answer.value]))


@cache
def _style() -> dict[str, Any]:
    return tomllib.loads(files("eco_gis.outputs").joinpath("style.toml").read_text(encoding="utf-8"))


def _table(name: str) -> Mapping[str, Any]:
    table: Mapping[str, Any] = _style()[name]
    return table


def _area(entry: Mapping[str, Any]) -> dict[str, Any]:
    kept = {k: entry[k] for k in ("line", "fill", "opacity", "width", "symbol") if k in entry}
    if "pattern" in entry:
        kept["pattern"] = Pattern(entry["pattern"])
    if "dash" in entry:
        kept["dash"] = tuple(entry["dash"])
    return kept


def _sign(entry: Mapping[str, Any]) -> dict[str, Any]:
    kept = {k: entry[k] for k in ("color", "tint", "symbol")}
    if "shape" in entry:
        kept["marker"] = Marker(entry["shape"])
    return kept | {"dash": tuple(entry.get("dash", ()))}
