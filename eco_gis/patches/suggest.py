"""A suggested reason for a patch with its evidence in plain words; a person decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from eco_gis.model.layer import Polarity
from eco_gis.model.patches import (
    DocumentCover,
    EarlierSight,
    LandAnswer,
    LandArea,
    LikelyReason,
    Standing,
    Unanswered,
)
from eco_gis.model.siting import Answer, LayerAnswer, Reason
from eco_gis.patches.documents import Cover
from eco_gis.text import Lang, Text
from eco_gis.units import shown, shown_area

ROUNDING_M2 = 1e-4
"""Unexplained ground up to this is the rounding of coordinates."""

MOST = 0.9
"""Share of a patch that a class must hold to speak for the whole."""

HALF = 0.5
"""Share that an expired document or an earlier patch must hold to be the likely reason."""


def suggest(
    area_m2: float, cover: Cover, land: LandAnswer, unanswered: Sequence[Unanswered], *, asked: int
) -> LikelyReason:
    """The reason the data suggest, the plainest first.

    Parameters
    ----------
    asked
        How many document layers the catalog has; where every one of them is unanswered, nothing is suggested.
    """
    if cover.unexplained_m2 <= ROUNDING_M2 < cover.explained_m2:
        return LikelyReason.COVERED
    silent = {u.layer_id for u in unanswered if Reason.NOT_CONFIGURED not in u.reasons}
    if cover.explained_m2 <= ROUNDING_M2 and len(silent) >= asked:
        return LikelyReason.NO_DATA
    if cover.explained_m2 > ROUNDING_M2:
        return LikelyReason.PARTLY_COVERED
    if any(d.standing is Standing.EXPIRED and d.overlap_m2 >= HALF * area_m2 for d in cover.documents):
        return LikelyReason.EXPIRED
    return _by_land(area_m2, land)


def _by_land(area_m2: float, land: LandAnswer) -> LikelyReason:
    """What the surveys alone suggest."""

    def both(group: str) -> bool:
        return min(_held(land.before, group), _held(land.after, group)) >= MOST * area_m2

    if _held(land.before, "built") >= MOST * area_m2:
        return LikelyReason.SURVEY_ERROR
    # the same class twice may be a change that the survey missed: that is for a person to see
    if land.flows and not land.after_is_older and _kept(land) < MOST * area_m2:
        if both("natural"):
            return LikelyReason.NATURAL
        if both("farmland"):
            return LikelyReason.FARMING
    return LikelyReason.UNEXPLAINED


def evidence(
    area_m2: float,
    cover: Cover,
    land: LandAnswer,
    unanswered: Sequence[Unanswered],
    earlier: Sequence[EarlierSight],
    lines: Sequence[LayerAnswer],
    *,
    day: date | None,
) -> tuple[Text, ...]:
    """What the suggestion rests on and what to watch; one sentence each, the lines touched first."""
    return (
        *_of_lines(lines),
        *_of_documents(area_m2, cover),
        *_of_land(land),
        *(_of_sight(sight) for sight in earlier),
        *_of_gaps(unanswered, lines),
        *([] if day is not None else [_UNDATED]),
    )


_UNDATED = Text("图斑没有日期，任何文件均未计入。", "The patch has no date: no document was counted.")


def _of_lines(lines: Sequence[LayerAnswer]) -> Iterator[Text]:
    for line in lines:
        if line.answer is not Answer.CONCERNED:
            continue
        ha, outside = shown_area(line.area_m2, "ha"), line.polarity is Polarity.OUTSIDE
        zones = [zone for zone, _ in line.zones if zone] if not outside else []
        zh, en = (f"（{'、'.join(zones)}）", f" ({', '.join(zones)})") if zones else ("", "")
        yield Text(
            f"{'位于' if outside else '涉及'}{line.label.zh}{zh}{'之外' if outside else ''} {ha} 公顷。",
            f"{ha} ha {'outside' if outside else 'inside'} {line.label.to('en')}{en}.",
        )


def _of_documents(area_m2: float, cover: Cover) -> Iterator[Text]:
    for document in cover.documents:
        name = named(document)
        share = shown(100 * document.overlap_m2 / area_m2, 1)
        if document.standing is Standing.VALID:
            yield Text(
                f"{document.kind.zh} {name} 覆盖图斑 {share}%。",
                f"{document.kind.to('en')} {name} covers {share}% of the patch.",
            )
        else:
            why = document.standing.label
            until = f"（{document.expires}）" if document.standing is Standing.EXPIRED else ""
            yield Text(
                f"{document.kind.zh} {name} 与图斑重叠 {share}%，未计入：{why.zh}{until}。",
                f"{document.kind.to('en')} {name} overlaps {share}% and does not count: {why.to('en')}"
                f"{f' ({document.expires})' if until else ''}.",
            )
    if cover.unexplained_m2 > ROUNDING_M2:
        ha = shown_area(cover.unexplained_m2, "ha")
        yield Text(f"未见有效手续的部分 {ha} 公顷。", f"{ha} ha without a valid document.")


def named(document: DocumentCover) -> str:
    """Number of a document, else its name, else its id."""
    return document.number or document.name or document.id


def _of_land(land: LandAnswer) -> Iterator[Text]:
    if land.before and land.after:
        yield Text(
            f"前期调查（{land.before_layer}）{_classes(land.before).zh}；后期调查（{land.after_layer}）{_classes(land.after).zh}。",
            f"Survey before ({land.before_layer}): {_classes(land.before).en}; after ({land.after_layer}): {_classes(land.after).en}.",
        )
    elif land.before:
        yield Text(
            f"前期调查（{land.before_layer}）{_classes(land.before).zh}；后期地类资料不足。",
            f"Survey before ({land.before_layer}): {_classes(land.before).en}; no data on the class after.",
        )
    else:
        yield Text("前期地类资料不足。", "No data on the class before.")
    if land.flows and not land.after_is_older and _kept(land) >= MOST * sum(f.area_m2 for f in land.flows):
        yield Text(
            "两期调查地类相同：调查漏变，或影像误判。",
            "The surveys show the same class twice: a change they missed, or a misread image.",
        )
    if land.after_is_older:
        yield Text(
            "后期调查早于图斑日期，不能反映该变化。",
            "The later survey is older than the patch and cannot show the change.",
        )


def _classes(areas: Sequence[LandArea]) -> Text:
    """The four largest classes with their shares."""
    total = sum(a.area_m2 for a in areas)
    largest = [a for a in areas if a.area_m2 > ROUNDING_M2][:4]

    def told(area: LandArea, lang: Lang) -> str:
        return f"{area.name.to(lang) or area.code or '—'} {shown(100 * area.area_m2 / total, 0)}%"

    return Text("、".join(told(a, "zh") for a in largest), ", ".join(told(a, "en") for a in largest))


def _of_sight(sight: EarlierSight) -> Text:
    share = shown(100 * sight.share, 1)
    if sight.share >= HALF:
        return Text(
            f"与 {sight.batch} 批次 {sight.id} 重叠 {share}%，疑似重复下发。",
            f"Overlaps {sight.id} of batch {sight.batch} by {share}%: probably delivered again.",
        )
    return Text(
        f"与 {sight.batch} 批次 {sight.id} 重叠 {share}%。",
        f"Overlaps {sight.id} of batch {sight.batch} by {share}%.",
    )


def _of_gaps(unanswered: Sequence[Unanswered], lines: Sequence[LayerAnswer]) -> Iterator[Text]:
    missing = [u.label for u in unanswered if Reason.NOT_CONFIGURED in u.reasons]
    if missing:
        yield Text(
            f"资料不足，目录未配置：{'、'.join(t.zh for t in missing)}。",
            f"No data, not in the catalog: {', '.join(t.to('en') for t in missing)}.",
        )
    for gap in unanswered:
        if Reason.NOT_CONFIGURED not in gap.reasons:
            yield _gap(gap.label, gap.reasons)
    for line in lines:
        if line.answer is Answer.NO_DATA:
            yield _gap(line.label if line.label.zh else line.role.label, line.reasons)


def _gap(label: Text, reasons: Sequence[Reason]) -> Text:
    return Text(
        f"资料不足：{label.zh}（{'；'.join(r.label.zh for r in reasons)}）。",
        f"No data: {label.to('en')} ({'; '.join(r.label.to('en') for r in reasons)}).",
    )


def _held(areas: Sequence[LandArea], group: str) -> float:
    return sum(a.area_m2 for a in areas if a.group == group)


def _kept(land: LandAnswer) -> float:
    """Ground of the same known class in both surveys."""
    return sum(f.area_m2 for f in land.flows if f.before == f.after and f.before)
