"""What the command line shows: progress bars and tables on stderr, JSON on stdout."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eco_gis.errors import EcoGisError, Problem
from eco_gis.text import Lang, Text
from eco_gis.units import shown, shown_area

if TYPE_CHECKING:
    from eco_gis.layers.gate.inspect import Gate, LayerRow
    from eco_gis.model.change import ChangeResult
    from eco_gis.model.result import RunResult
    from eco_gis.model.siting import SitingResult
    from eco_gis.pipeline import Progress

SITES_SHOWN = 15
"""Rows of the table on screen; the workbook has them all."""

_STAGES = {
    "sample": Text("生成示例县", "making the sample county"),
    "read": Text("读取图层", "reading layers"),
    "gate": Text("检查数据", "checking data"),
    "site": Text("选址套合", "comparing sites"),
    "change": Text("变化台账", "comparing years"),
    "patches": Text("图斑核查", "explaining patches"),
    "duties": Text("性质与功能核查", "checking nature and function"),
    "write": Text("输出成果", "writing results"),
}


@contextmanager
def progress_bars(lang: Lang, *, quiet: bool) -> Iterator[Progress]:
    """Progress bars on stderr, one per stage; none with --quiet."""
    from eco_gis.pipeline import QUIET, Progress

    if quiet:
        yield QUIET
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    with Bars(
        TextColumn("{task.description:<10}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[what]}"),
        console=stderr(),
        transient=True,
    ) as bars:
        tasks: dict[str, Any] = {}

        def task(stage: str) -> Any:
            if stage not in tasks:
                tasks[stage] = bars.add_task(_STAGES[stage].to(lang), total=None, what="")
            return tasks[stage]

        def step(stage: str, what: str) -> None:
            bars.update(task(stage), advance=1, what=escape(what))

        yield Progress(total=lambda stage, n: bars.update(task(stage), total=n), step=step)


def show_result(result: RunResult, folder: Path, lang: Lang) -> None:
    """The answers in short, the problems that make a number wrong, and where the results lie."""
    from eco_gis.model.siting import DISCLAIMER

    console = stderr()
    if result.siting is not None:
        console.print(_siting_table(result.siting, lang))
    if result.sheet is not None and result.sheet.limited is not None:
        console.print(f"[yellow]![/] {result.sheet.limited.to(lang)}", highlight=False)
    for series in result.changes:
        _show_change(series, lang)
    for given in result.cards:
        told = "，" if lang == "zh" else ", "
        answers = told.join(
            f"{a.duty.label.to(lang)} {a.sign.label.to(lang)}" for a in given.cards[0].answers
        )
        stderr().print(f"{given.label.to(lang)}{'：' if lang == 'zh' else ': '}{answers}", highlight=False)
    show_problems([p for p in result.problems if p.fatal], lang)
    console.print(f"{DISCLAIMER.to(lang)}\n[bold]{escape(str(folder))}[/]", highlight=False, soft_wrap=True)


def show_patches(result: RunResult, folder: Path, lang: Lang) -> None:
    """Patches by suggested reason and state, and where the results and the ledger lie."""
    from eco_gis.model.patches import LikelyReason, PatchState
    from eco_gis.model.siting import DISCLAIMER

    found = result.patches.patches if result.patches is not None else ()
    table = Table(title=Text("图斑核查", "Change patches").to(lang))
    heads = (
        Text("疑似原因", "suggested reason"),
        *(s.label for s in PatchState),
        Text("未见手续", "no document"),
    )
    for n, head in enumerate(heads):
        table.add_column(head.to(lang), justify="left" if n == 0 else "right")
    for reason in LikelyReason:
        some = [p for p in found if p.suggestion is reason]
        if some:
            counts = [sum(p.entry.state is s for p in some) for s in PatchState]
            area = shown_area(sum(p.unexplained_m2 for p in some), "ha")
            table.add_row(
                reason.label.to(lang),
                *(str(n) if n else "" for n in counts),
                f"{area} {Text('公顷', 'ha').to(lang)}",
            )
    stderr().print(table)
    show_problems([p for p in result.problems if p.fatal], lang)
    stderr().print(f"{DISCLAIMER.to(lang)}\n[bold]{escape(str(folder))}[/]", highlight=False, soft_wrap=True)


def _show_change(series: ChangeResult, lang: Lang) -> None:
    """One line per comparison, with the sentences that must stand beside it."""
    for comparison in series.comparisons:
        row = comparison.county
        opening, lost, gained, closing = (
            shown_area(m2, "ha") for m2 in (row.opening_m2, row.lost_m2, row.gained_m2, row.closing_m2)
        )
        residual = shown(row.residual_m2, 4)
        versions = f"{comparison.old_version}→{comparison.new_version}"
        words = Text(
            f"{series.label.zh}（{comparison.basis.label.zh}，{versions}）：{comparison.conclusion.label.zh}；"
            f"期初 {opening}、减少 {lost}、增加 {gained}、期末 {closing} 公顷（椭球面积），余差 {residual} m²",
            f"{series.label.en} ({comparison.basis.label.en}, {versions}): {comparison.conclusion.label.en}; "
            f"opening {opening}, lost {lost}, gained {gained}, closing {closing} ha (ellipsoidal), "
            f"residual {residual} m²",
        )
        stderr().print(words.to(lang), highlight=False)
        for note in comparison.notes:
            stderr().print(f"  [yellow]![/] {escape(note.to(lang))}", highlight=False)


def _siting_table(result: SitingResult, lang: Lang) -> Table:
    """Sites by suggestion and answer: how many, and which are strictest."""
    from eco_gis.model.role import LayerRole
    from eco_gis.model.siting import Answer

    table = Table(title=Text("选址套合", "Siting").to(lang), show_lines=False)
    for zh, en in (
        ("编号", "id"),
        ("名称", "name"),
        ("初审建议", "suggestion"),
        ("涉及", "concerned"),
        ("资料不足", "no data"),
    ):
        table.add_column(Text(zh, en).to(lang), overflow="fold")
    sites = sorted(result.sites, key=lambda s: (-s.suggestion.strictness, s.id))
    for one in sites[:SITES_SHOWN]:
        by_answer = {
            answer: ("、" if lang == "zh" else ", ").join(
                dict.fromkeys(
                    (a.label if a.role is LayerRole.RESTRICTION else a.role.label).to(lang)
                    for a in one.answers
                    if a.answer is answer
                )
            )
            for answer in (Answer.CONCERNED, Answer.NO_DATA)
        }
        table.add_row(
            escape(one.id),
            escape(one.name),
            one.suggestion.label.to(lang),
            *(escape(v) for v in by_answer.values()),
        )
    if len(sites) > SITES_SHOWN:
        table.caption = Text(
            f"另有 {len(sites) - SITES_SHOWN} 个，见 tables.xlsx",
            f"{len(sites) - SITES_SHOWN} more in tables.xlsx",
        ).to(lang)
    return table


def show_gate(gate: Gate, folder: Path, lang: Lang) -> None:
    """One line per layer, every problem, and where the page and the places lie."""
    table = Table(title=Text("数据检查", "Gate of the data").to(lang))
    heads = (("", ""), ("图层", "layer"), ("要素", "features"), ("坐标系", "CRS"), ("编码", "encoding"))
    for n, (zh, en) in enumerate(heads):
        table.add_column(
            Text(zh, en).to(lang), no_wrap=n != 1, overflow="fold", justify="right" if n == 2 else "left"
        )
    table.add_column(Text("发现", "found").to(lang), overflow="fold")
    for row in gate.rows:
        sign = (
            "[red]✕[/]" if row.fatal or not row.usable else "[yellow]![/]" if row.remarks else "[green]✓[/]"
        )
        table.add_row(
            sign,
            escape(row.spec.id),
            f"{row.features:,}" if row.usable else "—",
            escape(row.crs.split(" ", 1)[0]),
            escape(row.encoding),
            escape(_found(row, lang)),
        )
    stderr().print(table)
    show_problems(sorted(gate.problems, key=lambda p: not p.fatal), lang)
    project = gate.project
    words = Text(
        f"工作平面：{project.plane.name}；图层 {len(project.layers)} 个可用、{len(project.faults)} 个不可用",
        f"working plane: {project.plane.name}; {len(project.layers)} layers usable, {len(project.faults)} not",
    )
    stderr().print(f"{words.to(lang)}\n[bold]{escape(str(folder))}[/]", highlight=False, soft_wrap=True)


def _found(row: LayerRow, lang: Lang) -> str:
    """What is the matter with a layer, in short; empty where nothing is."""
    if not row.usable:
        return Text("不可用", "unusable").to(lang)
    if not row.fatal and not row.remarks:
        return ""
    areas = (
        (Text("重叠", "overlap"), row.overlap_m2),
        (Text("缝隙", "gaps"), row.gap_m2),
        (Text("县域外", "outside the county"), row.outside_m2),
        (Text("覆盖缺口", "coverage holes"), row.hole_m2),
    )
    counts = (
        (Text("修复", "repaired"), row.repaired),
        (Text("丢失", "lost"), row.lost),
        (Text("重号", "same id"), row.repeated_ids),
        (Text("未知代码", "unknown codes"), row.unknown_codes),
        (Text("申报不符", "declared off"), row.declared_wrong),
    )
    said = [f"{word.to(lang)} {shown_area(m2, 'm2')} m²" for word, m2 in areas if m2 and m2 >= 1]
    if row.earlier is not None and row.earlier != row.features:
        said.insert(0, f"{row.earlier:,} → {row.features:,}")
    return " · ".join(said + [f"{word.to(lang)} {count:,}" for word, count in counts if count])


def show_error(error: EcoGisError, lang: Lang) -> None:
    """What stopped the command, with every problem."""
    stderr().print(f"[bold red]✕[/] {escape(error.to(lang))}", highlight=False, soft_wrap=True)


def show_problems(problems: Sequence[Problem], lang: Lang) -> None:
    """Problems as a table; those that make a number wrong are marked ✕."""
    if not problems:
        return
    table = Table(title=Text("数据问题", "Problems of the data").to(lang))
    for zh, en in (("", ""), ("位置", "where"), ("问题", "what"), ("处理", "remedy")):
        table.add_column(Text(zh, en).to(lang), overflow="fold")
    for p in problems:
        table.add_row(
            "✕" if p.fatal else "·", escape(p.where), escape(p.what.to(lang)), escape(p.remedy.to(lang))
        )
    stderr().print(table)


def print_json(value: Any) -> None:
    """JSON on stdout, UTF-8, keys sorted."""
    print(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True))


def stderr() -> Console:
    """The console for people; stdout stays free for JSON."""
    return Console(stderr=True)
