"""From classes and pieces to the answer 性质不改变, for each patch and for all of the line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eco_gis.model.nature import NatureAnswer, NaturePiece, Transition, strictest
from eco_gis.text import Text

SLIVERS_M2 = 1.0
"""Slivers without a document decide nothing up to this sum: narrower than a parcel can be, and smaller than the ledgers' tolerance."""


@dataclass(frozen=True)
class Verdict:
    """The answer and what it rests on."""

    answer: NatureAnswer
    answers: Mapping[str, NatureAnswer]
    """By feature id."""
    reasons: tuple[Text, ...]
    unknown_codes: tuple[str, ...]


def judge(
    features: Sequence[str],
    transitions: Sequence[Transition],
    pieces: Sequence[NaturePiece],
    *,
    untold: Mapping[str, float],
    gaps: Sequence[Text],
) -> Verdict:
    """Judge each patch by its own ground, and the line by the strictest of them.

    Parameters
    ----------
    untold
        m² by patch of which a state tells no class.
    gaps
        What of the inputs could not be seen; with any, nothing is called unchanged.
    """
    unknown = {t.feature for t in transitions if _unknown_of(t)}
    answers = {
        f: _answer(
            [p for p in pieces if p.feature == f], open_ground=f in untold or f in unknown or bool(gaps)
        )
        for f in features
    }
    whole = _answer(pieces, open_ground=bool(untold or unknown or gaps or not features))
    codes = sorted({code for t in transitions for code in _unknown_of(t)})
    return Verdict(
        strictest([whole, *answers.values()]),
        answers,
        (*_reasons(pieces, untold, codes, features), *gaps),
        tuple(codes),
    )


def _unknown_of(row: Transition) -> list[str]:
    return [c.code for c in (row.before, row.after) if c.unknown]


def _answer(pieces: Sequence[NaturePiece], *, open_ground: bool) -> NatureAnswer:
    adverse = [p for p in pieces if p.adverse]
    bare = [p for p in adverse if not p.documented]
    if any(not p.sliver for p in bare) or sum(p.area_m2 for p in bare) > SLIVERS_M2:
        return NatureAnswer.TO_VERIFY
    if open_ground:
        return NatureAnswer.NO_DATA
    return NatureAnswer.LAWFUL if any(p.documented for p in adverse) else NatureAnswer.KEPT


def _reasons(
    pieces: Sequence[NaturePiece], untold: Mapping[str, float], codes: Sequence[str], features: Sequence[str]
) -> list[Text]:
    said: list[Text] = []
    bare = [p for p in pieces if p.adverse and not p.documented]
    wide, narrow = [p for p in bare if not p.sliver], [p for p in bare if p.sliver]
    if wide:
        said.append(
            Text(
                f"{len(wide)} 处图斑失去原有性质而无依据：{_named(wide)}。",
                f"{len(wide)} piece(s) lost their nature without a document: {_named(wide)}.",
            )
        )
    if narrow:
        said.append(
            Text(
                f"另有 {len(narrow)} 处无依据的细碎图斑，单独列出。",
                f"{len(narrow)} sliver(s) without a document are listed apart.",
            )
        )
    if codes:
        listed = "、".join(codes)
        said.append(
            Text(
                f"地类代码 {listed} 不在所用地类表中，不能判定；请核对代码或补充地类表。",
                f"The codes {', '.join(codes)} are not in the scheme used, so that nothing is called unchanged: "
                "check the codes or add them to the table.",
            )
        )
    if untold:
        patches = "、".join(sorted(untold))
        said.append(
            Text(
                f"图斑 {patches} 有地面没有地类资料。",
                f"Patches {', '.join(sorted(untold))} hold ground of which no class is told.",
            )
        )
    if not features:
        said.append(Text("红线图层没有面要素。", "The line's layer holds no polygon."))
    return said


def _named(pieces: Sequence[NaturePiece], at_most: int = 6) -> str:
    words = ", ".join(p.id for p in pieces[:at_most])
    return words if len(pieces) <= at_most else f"{words} …"
