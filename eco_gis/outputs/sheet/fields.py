"""The block of particulars at the head of a check sheet."""

from __future__ import annotations

from collections.abc import Iterator

from eco_gis.model.fact import sheet_fact_id, site_fact_id
from eco_gis.model.result import RunResult
from eco_gis.model.sheet import ControlTotal
from eco_gis.model.site import SiteAttribute
from eco_gis.model.siting import SiteAnswer
from eco_gis.outputs.sheet.sentences import Part, Sentence, Speaker
from eco_gis.outputs.sheet.words import WORDS
from eco_gis.siting.sheet_facts import class_fact_id
from eco_gis.text import Text

CLASS_KEYS = ("agricultural", "cropland", "construction", "unused", "unknown")
OWNER_KEYS = ("state", "collective", "owner_unknown")


def site_fields(
    result: RunResult, site: SiteAnswer, total: ControlTotal, speak: Speaker
) -> Iterator[tuple[str, Sentence]]:
    """Label and content of each field that there is something to tell in."""
    say = speak.cells.say
    zh = speak.cells.lang == "zh"
    yield say(WORDS["name"]), (Part(site.name or site.id),)
    yield say(WORDS["id"]), (Part(" · ".join(filter(None, (site.id, site.category)))),)
    said = [
        f"{say(a.label)}{'：' if zh else ': '}{site.attributes[a.value]}"
        for a in SiteAttribute
        if a is not SiteAttribute.CATEGORY and site.attributes.get(a.value)
    ]
    if said:
        yield say(WORDS["said"]), (Part(("；" if zh else "; ").join(said)),)
    if site.townships:
        yield say(WORDS["townships"]), (Part(("、" if zh else ", ").join(site.townships)),)
    facts = area_facts(site.id)
    if site.length_m:
        width = Text(f"宽 {site.width_m:g} 米", f"{site.width_m:g} m wide") if site.width_m else _NO_WIDTH
        yield say(WORDS["measured"]), speak("field_length", facts, width=width)
    if site.area_m2:
        yield say(WORDS["control"]), speak("field_control", facts, basis=total.basis.label)
        yield say(WORDS["measured"]), speak("field_measured", facts)
        yield say(WORDS["classes"]), speak("field_classes", facts)
        yield say(WORDS["owners"]), speak("field_owners", facts)
    plane = result.plane.name.split(" ")[0]
    yield say(WORDS["as_of"]), (Part(f"{result.as_of.isoformat()} · {plane}"),)
    yield say(WORDS["result"]), _overall(result, site, speak)


_NO_WIDTH = Text("未给出宽度", "no width given")


def area_facts(site: str) -> dict[str, str]:
    """Ids of the areas of a site, by their names in the templates."""
    own = {
        "area": site_fact_id(site, "area"),
        "length": site_fact_id(site, "length"),
        "control": sheet_fact_id(site, "control_total"),
        "declared": sheet_fact_id(site, "declared_area"),
        "planar": sheet_fact_id(site, "survey_planar"),
        "difference": sheet_fact_id(site, "control_difference"),
        "tolerance": sheet_fact_id(site, "control_tolerance"),
    }
    return own | {key: class_fact_id(site, key) for key in (*CLASS_KEYS, *OWNER_KEYS)}


def _overall(result: RunResult, site: SiteAnswer, speak: Speaker) -> Sentence:
    """Answer and suggestion, and the suggestion with the decisions of people where there are some."""
    cells, zh = speak.cells, speak.cells.lang == "zh"
    parts = [
        Part(cells.sign(site_fact_id(site.id, "answer")).shown, site_fact_id(site.id, "answer")),
        Part("；" if zh else "; "),
        Part(cells.sign(site_fact_id(site.id, "suggestion")).shown, site_fact_id(site.id, "suggestion")),
    ]
    decided = sheet_fact_id(site.id, "decided_suggestion")
    if decided in cells.book:
        parts += [
            Part(f"（{cells.say(WORDS['decided'])}：" if zh else f" ({cells.say(WORDS['decided'])}: "),
            Part(cells.sign(decided).shown, decided),
            Part("）" if zh else ")"),
        ]
    return tuple(parts)
