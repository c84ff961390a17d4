"""The command about change patches: explain them, and enter what people found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eco_gis.cli.app import EXIT_CLEAR, EXIT_FINDINGS, app
from eco_gis.cli.options import (
    DEFAULT_CATALOG,
    DEFAULT_OUT,
    AcceptOption,
    AsOfOption,
    CatalogOption,
    FromOption,
    JsonOption,
    LangOption,
    Language,
    NoCacheOption,
    Options,
    OutOption,
    QuietOption,
    RepairOption,
    ToOption,
    asked_with,
    options_of,
)
from eco_gis.errors import UsageError
from eco_gis.model.patches import HumanEntry, Judgement, PatchState
from eco_gis.screen import print_json, progress_bars, show_patches
from eco_gis.text import Text

if TYPE_CHECKING:
    from eco_gis.pipeline.patch_rasters import RasterQuestion


class StateWord(StrEnum):
    """States as planners write them."""

    TO_CHECK = "待核"
    CHECKED = "已核"
    RECTIFYING = "整改"
    CLOSED = "销号"


class JudgementWord(StrEnum):
    """Judgements as planners write them."""

    DOCUMENTED = "属实有手续"
    UNDOCUMENTED = "属实无手续"
    NO_CHANGE = "不属实"


@app.command()
def patches(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="图斑文件 · files of patches; none: those in the catalog"),
    ] = None,
    batch: Annotated[
        str | None, typer.Option("--batch", "-b", help="批次，如 2024-06 · batch of the patches")
    ] = None,
    photos: Annotated[
        Path | None, typer.Option("--photos", help="现场照片文件夹 · folder of field photographs")
    ] = None,
    rasters: Annotated[
        str | None,
        typer.Option(
            "--rasters", help="由目录中某系列的两期栅格生成图斑 · make patches from two rasters of a series"
        ),
    ] = None,
    from_version: FromOption = None,
    to_version: ToOption = None,
    inside: Annotated[
        str | None, typer.Option("--inside", help="在哪个图层内 · inside which layer; default the redline")
    ] = None,
    min_area: Annotated[
        float, typer.Option("--min-area", help="最小图斑面积 m² · smallest patch in m²", min=0.0)
    ] = 400.0,
    judge: Annotated[
        Path | None, typer.Option("--judge", help="读回填好的台账.xlsx · read back the ledger filled in")
    ] = None,
    patch: Annotated[
        str | None, typer.Option("--set", help="图斑编号，直接录入 · id of a patch to enter something about")
    ] = None,
    state: Annotated[StateWord | None, typer.Option("--state", help="状态 · state")] = None,
    judgement: Annotated[
        JudgementWord | None, typer.Option("--judgement", help="核查结论 · judgement")
    ] = None,
    by: Annotated[str | None, typer.Option("--by", help="核查人 · who")] = None,
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="核查日期，默认当日 · when; default today"),
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="备注 · note")] = None,
    catalog: CatalogOption = DEFAULT_CATALOG,
    out: OutOption = DEFAULT_OUT,
    as_of: AsOfOption = None,
    lang: LangOption = Language.ZH,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    accept_repair: RepairOption = False,
    accept: AcceptOption = False,
    no_cache: NoCacheOption = False,
) -> None:
    """图斑核查 · explain change patches; the ledger beside the catalog keeps what people found.

    例 Examples:

    eco-gis patches 2024年6月图斑.shp --batch 2024-06 --photos 照片

    eco-gis patches --rasters land_cover --from 2023 --to 2024

    eco-gis patches --judge 台账.xlsx

    eco-gis patches --set TB001 --state 已核 --judgement 属实有手续 --by 张三 --note 已批
    """
    options = options_of(catalog, out, as_of, lang, as_json, quiet, accept_repair, accept, no_cache)
    entered = {"state": state, "judgement": judgement, "by": by, "on": on, "note": note}
    sources = [bool(files), rasters is not None, judge is not None, patch is not None]
    _refuse_mixed(sum(sources), patch, entered)
    if judge is not None:
        _read_back(judge, options)
    elif patch is not None:
        change = {name: value for name, value in entered.items() if value is not None}
        _enter(patch, batch, change, options)
    else:
        from eco_gis.pipeline.patch_rasters import RasterQuestion

        asked = RasterQuestion(rasters, (from_version, to_version), inside, min_area) if rasters else None
        _explain(files or [], batch, photos, asked, options)


def _refuse_mixed(sources: int, patch: str | None, entered: Mapping[str, object]) -> None:
    """One thing at a time: explaining files or rasters, reading back, or entering."""
    loose = patch is None and any(value is not None for value in entered.values())
    if sources > 1 or loose:
        raise UsageError(
            Text(
                "图斑文件、--rasters、--judge、--set 一次只用其一；--state、--judgement、--by、--on、--note 与 --set 同用",
                "give files, --rasters, --judge or --set, one at a time; --state, --judgement, --by, --on and --note go with --set",
            )
        )
    if patch is not None and not any(value is not None for value in entered.values()):
        raise UsageError(
            Text("--set 没有要录入的内容", "--set has nothing to enter: add --state, --by, --note …")
        )


def _explain(
    files: list[Path],
    batch: str | None,
    photos: Path | None,
    rasters: RasterQuestion | None,
    options: Options,
) -> None:
    with progress_bars(options.lang, quiet=options.quiet) as progress:
        from eco_gis.outputs.facts import run_facts
        from eco_gis.outputs.patches.publish import publish_patches
        from eco_gis.pipeline.patches import patches as explain

        result = explain(
            options.catalog,
            files,
            batch=batch,
            photos=photos,
            rasters=rasters,
            at=_now(),
            **asked_with(options, progress),
        )
        folder = publish_patches(
            result,
            options.out,
            lang=options.lang,
            name=f"{options.as_of:%Y%m%d}-patches",
            on_progress=lambda what: progress.step("write", what),
        )
    if options.as_json:
        print_json([fact.to_dict() for fact in run_facts(result)])
    elif not options.quiet:
        show_patches(result, folder, options.lang)
    raise typer.Exit(EXIT_CLEAR if result.is_clear else EXIT_FINDINGS)


def _read_back(workbook: Path, options: Options) -> None:
    from eco_gis.pipeline.patches import judge

    changed = judge(options.catalog, workbook, at=_now())
    options.say(f"已录入：{changed} 个图斑有变化", f"entered: {changed} patches changed")


def _enter(patch: str, batch: str | None, entered: Mapping[str, object], options: Options) -> None:
    from eco_gis.pipeline.patches import enter

    def change(entry: HumanEntry) -> HumanEntry:
        told = dict(entered)
        if "state" in told:
            told["state"] = PatchState[StateWord(str(told["state"])).name]
        if "judgement" in told:
            told["judgement"] = Judgement[JudgementWord(str(told["judgement"])).name]
        day = told.pop("on", None)
        named = bool({"state", "judgement", "by"} & set(told))
        today = date.today() if named else entry.on
        return replace(entry, on=day.date() if isinstance(day, datetime) else today, **told)  # type: ignore[arg-type]  # values of their own fields

    changed = enter(options.catalog, patch, change, batch=batch, at=_now())
    options.say(
        "已录入" if changed else "与台账相同，未变化",
        "entered" if changed else "the ledger says so already",
    )


def _now() -> str:
    """This moment, for the ledger's history."""
    return datetime.now().replace(microsecond=0).isoformat()
