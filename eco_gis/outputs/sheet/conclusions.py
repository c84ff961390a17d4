"""符合性说明: the conclusions of a check sheet, each number a fact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eco_gis.model.decision import Decided
from eco_gis.model.fact import sheet_fact_id, site_fact_id
from eco_gis.model.layer import Polarity
from eco_gis.model.sheet import AreaBasis, ControlTotal, SheetResult
from eco_gis.model.site import SiteAttribute, SiteKind
from eco_gis.model.siting import Answer, LayerAnswer, Reason, RuleHit, SiteAnswer
from eco_gis.outputs.sheet.fields import area_facts
from eco_gis.outputs.sheet.sentences import Sentence, Speaker
from eco_gis.text import Text

_AREA_SENTENCES = {
    AreaBasis.DECLARED: "area_declared",
    AreaBasis.MEASURED: "area_measured",
    AreaBasis.REFUSED: "area_refused",
    AreaBasis.UNCHECKED: "area_unchecked",
}


def conclusions(site: SiteAnswer, sheet: SheetResult, speak: Speaker) -> list[Sentence]:
    """Area and classes, then every line in printing order, then what is taken and what people decided."""
    told = [
        *_area(site, sheet.totals[site.id], speak),
        *_classes(site, sheet, speak),
        *(
            s
            for answer in site.answers
            if answer.answer is Answer.CONCERNED
            for s in _concerned(site, answer, speak)
        ),
    ]
    clear = [a.label for a in site.answers if a.answer is Answer.NOT_CONCERNED]
    if clear:
        told.append(speak("clear", labels=_listed(clear)))
    told += _taken(site, sheet, speak)
    told += _sentences(site.rules, speak)
    told += [s for a in site.answers for s in _decided(a, sheet.decided_about(site.id, a.layer_id), speak)]
    return [*told, _suggestion(site, speak)]


def open_questions(site: SiteAnswer, sheet: SheetResult, speak: Speaker) -> list[Sentence]:
    """What could not be told, lines of one reason together, and what attributes and classification lack."""
    by_reasons: dict[tuple[Reason, ...], list[Text]] = {}
    for answer in site.answers:
        if answer.answer is Answer.NO_DATA and answer.reasons:
            by_reasons.setdefault(answer.reasons, []).append(answer.label)
    told = [
        speak("no_data", label=_listed(labels), reasons=_joined([r.label for r in reasons]))
        for reasons, labels in by_reasons.items()
    ]
    if site.needs:
        told.append(speak("needs", names=_listed([_named(name) for name in site.needs])))
    table = sheet.classes[site.id]
    if table.gaps and site.area_m2:
        told.append(speak("classes_open", area_facts(site.id), gaps=_joined(table.gaps)))
    return told


def _named(need: str) -> Text:
    """An attribute that is missing, in words."""
    if need in set(SiteAttribute):
        return SiteAttribute(need).label
    name = need.removeprefix("feature.")
    return Text(f"要素属性 {name}", f"{name} of the feature") if name != need else Text(need)


def _area(site: SiteAnswer, total: ControlTotal, speak: Speaker) -> Iterator[Sentence]:
    facts = area_facts(site.id)
    if site.length_m:
        yield speak("length", facts)
    key = _AREA_SENTENCES[total.basis]
    if total.basis is AreaBasis.MEASURED and not site.area_m2:
        key = "area_no_shape" if site.kind is SiteKind.NONE else "area_none"
    yield speak(key, facts)


def _classes(site: SiteAnswer, sheet: SheetResult, speak: Speaker) -> Iterator[Sentence]:
    if site.area_m2 and sheet.classes[site.id].layer_id:
        yield speak("classes", area_facts(site.id))


def _concerned(site: SiteAnswer, answer: LayerAnswer, speak: Speaker) -> Iterator[Sentence]:
    """Which figure speaks for a concern: its area, else its length, else the bare fact."""
    layer = answer.layer_id
    facts = {
        "overlap": sheet_fact_id(site.id, "layer", layer, "apportioned"),
        "share": site_fact_id(site.id, "share", layer),
        "length": site_fact_id(site.id, "overlap_length", layer),
    }
    stem = "outside" if answer.polarity is Polarity.OUTSIDE else "concerned"
    kind = "" if answer.area_m2 else "_length" if answer.length_m else "_bare"
    yield speak(stem + kind, facts, label=answer.label)
    if answer.outcome is not None:
        yield speak("outcome", label=answer.label, outcome=answer.outcome.label)
    yield from _sentences(answer.rules, speak)


def _sentences(rules: Sequence[RuleHit], speak: Speaker) -> list[Sentence]:
    """The rules' own sentences for the sheet, each once."""
    texts = dict.fromkeys(r.sentence for r in rules if r.sentence.zh)
    return [speak("rule", sentence=Text(t.zh.rstrip("。"), t.to("en").rstrip("."))) for t in texts]


def _taken(site: SiteAnswer, sheet: SheetResult, speak: Speaker) -> Iterator[Sentence]:
    """Basic farmland gross and net, forest with its stock, corridors with their width."""
    if parcels := sheet.farmland.get(site.id):
        net = all(p.net_ha is not None for p in parcels)
        facts = {q: sheet_fact_id(site.id, "farmland", q) for q in ("gross", "net")}
        yield speak("farmland_net" if net else "farmland_gross", facts)
    if stands := sheet.forest.get(site.id):
        known = all(s.stock_m3 is not None for s in stands)
        facts = {q: sheet_fact_id(site.id, "forest", q) for q in ("area", "stock")}
        yield speak("forest_stock" if known else "forest_area", facts)
    for n, width in enumerate(sheet.corridors.get(site.id, ()), start=1):
        facts = {
            q: sheet_fact_id(site.id, "corridor", str(n), q) for q in ("without", "remaining", "widest_gap")
        }
        yield speak("corridor", facts, name=width.name or width.feature)


def _decided(answer: LayerAnswer, decided: Decided | None, speak: Speaker) -> Iterator[Sentence]:
    if decided is None:
        return
    decision = decided.decision
    if not decided.holds:
        yield speak(
            "void_decision", label=answer.label, document=decision.document, state=decided.state.label
        )
        return
    yield speak(
        "decided",
        label=answer.label,
        by=decision.by,
        on=decision.on.isoformat(),
        document=decision.document,
        reason=decision.reason,
        decided=_pair(decided.answer.label, decided.suggestion.label),
        original=_pair(decided.original.label, decided.original_suggestion.label),
    )


def _suggestion(site: SiteAnswer, speak: Speaker) -> Sentence:
    given = site.suggestion.label
    decided = sheet_fact_id(site.id, "decided_suggestion")
    if decided in speak.cells.book:
        return speak("suggestion_decided", suggestion=given, decided=speak.cells.sign(decided).shown)
    return speak("suggestion", suggestion=given)


def _pair(one: Text, other: Text) -> Text:
    return Text(f"{one.zh}、{other.zh}", f"{one.to('en')}, {other.to('en').lower()}")


def _listed(texts: list[Text]) -> Text:
    unique = list(dict.fromkeys(texts))
    return Text("、".join(t.zh for t in unique), ", ".join(t.to("en") for t in unique))


def _joined(texts: list[Text] | tuple[Text, ...]) -> Text:
    return Text("；".join(t.zh for t in texts), "; ".join(t.to("en") for t in texts))
