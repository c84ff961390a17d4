"""人工改判: decisions that people took about answers, read from `decisions.toml` beside the catalog.

A decision names who took it, when, why, and the paper that records it. It holds only for the answer it
judged: where the answer is another today, or more ground is concerned, it is shown as void and changes nothing.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Collection, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from eco_gis.errors import CatalogError, Problem
from eco_gis.layers.toml_table import TomlTable, did_you_mean
from eco_gis.model.decision import Decided, Decision
from eco_gis.model.siting import Answer, SitingResult, Suggestion
from eco_gis.text import Text

FILE = "decisions.toml"
_KEYS = ("site", "layer", "was", "up_to_ha", "answer", "suggestion", "by", "date", "document", "reason")


def load_decisions(folder: Path, layer_ids: Collection[str] = ()) -> tuple[Decision, ...]:
    """Decisions of the file in `folder`; none where there is no file.

    Parameters
    ----------
    layer_ids
        Ids that a decision may name; empty: any.

    Raises
    ------
    CatalogError
        Every problem of the file at once.
    """
    path = folder / FILE
    if not path.is_file():
        return ()
    problems: list[Problem] = []
    decisions = [
        made
        for n, entry in enumerate(_entries(path, problems), start=1)
        if (made := _decision(entry, f"{FILE} [[decision]] {n}", layer_ids, problems)) is not None
    ]
    twice = Counter((d.site, d.layer, d.on) for d in decisions)
    problems += [
        Problem(
            f"{FILE} {site} × {layer}",
            Text(f"{on} 有 {n} 条改判", f"{n} decisions are of {on}"),
            Text("只留最后一条", "keep the last one only"),
        )
        for (site, layer, on), n in twice.items()
        if n > 1
    ]
    if problems:
        raise CatalogError(Text(f"{FILE} 不能使用：", f"{FILE} cannot be used:"), problems=problems)
    return tuple(decisions)


def decide(siting: SitingResult, decisions: Sequence[Decision]) -> tuple[Decided, ...]:
    """Hold every decision about a site of the run against its answer; of several about one the last one counts."""
    last: dict[tuple[str, str], Decision] = {}
    for decision in sorted((d for d in decisions), key=lambda d: d.on):
        if decision.on <= siting.as_of or (decision.site, decision.layer) not in last:
            last[decision.site, decision.layer] = decision
    return tuple(
        Decided.of(last[site.id, answer.layer_id], answer, siting.as_of)
        for site in siting.sites
        for answer in site.answers
        if (site.id, answer.layer_id) in last
    )


def _entries(path: Path, problems: list[Problem]) -> list[dict[str, Any]]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(
            Problem(
                FILE,
                Text(f"不是有效的 TOML：{error}", f"is no valid TOML: {error}"),
                Text("按行号更正，以 UTF-8 保存", "mend the line named and save as UTF-8"),
            )
        )
        return []
    TomlTable(document, FILE, ("decision",), problems)
    entries = document.get("decision", [])
    if isinstance(entries, list) and all(isinstance(e, dict) for e in entries):
        return entries
    problems.append(
        Problem(
            FILE,
            Text("decision 不是表的列表", "decision is no list of tables"),
            Text("每条改判写作一个 [[decision]]", "write each decision as a [[decision]]"),
        )
    )
    return []


def _decision(
    entry: dict[str, Any], where: str, layer_ids: Collection[str], problems: list[Problem]
) -> Decision | None:
    before = len(problems)
    table = TomlTable(entry, where, _KEYS, problems)
    words = {
        key: table.needed(key, example)
        for key, example in (
            ("site", "P01"),
            ("layer", "redline"),
            ("was", "no_data"),
            ("by", "张三"),
            ("document", "某自然资函〔2024〕12号"),
            ("reason", "现场核实……"),
        )
    }
    was = table.choice("was", Answer.NO_DATA)
    answer = table.choice("answer", was) if "answer" in table else None
    suggestion = table.choice("suggestion", Suggestion.SUPPLEMENT) if "suggestion" in table else None
    on, up_to = table.day("date"), table.number("up_to_ha")
    if "date" not in table:
        table.problem(
            Text("缺少 date", "date is missing"), Text("如写 date = 2024-11-02", "write date = 2024-11-02")
        )
    if "answer" not in table and "suggestion" not in table:
        table.problem(
            Text("既无 answer 也无 suggestion", "neither answer nor suggestion is given"),
            Text(
                '写明改判后的结果，如 answer = "not_concerned"',
                'give what was decided, e.g. answer = "not_concerned"',
            ),
        )
    if was is Answer.CONCERNED and "up_to_ha" not in table:
        table.problem(
            Text(
                "改判“涉及”须写明所据面积 up_to_ha",
                "a decision about 'concerned' needs the area it judged, up_to_ha",
            ),
            Text("如写 up_to_ha = 0.1234（公顷）", "write up_to_ha = 0.1234 (hectares)"),
        )
    if words["layer"] and layer_ids and words["layer"] not in layer_ids:
        table.problem(
            Text(f"目录中没有图层 {words['layer']!r}", f"the catalog has no layer {words['layer']!r}"),
            did_you_mean(words["layer"], layer_ids),
        )
    if len(problems) > before or on is None:
        return None
    return Decision(
        site=words["site"],
        layer=words["layer"],
        was=was,
        up_to_ha=None if up_to is None else Decimal(repr(up_to)),
        answer=answer,
        suggestion=suggestion,
        by=words["by"],
        on=on,
        document=words["document"],
        reason=words["reason"],
    )
