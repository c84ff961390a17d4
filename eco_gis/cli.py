"""The command line: one command, one pipeline function. Only this room prints and reads the clock."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from eco_gis import __version__
from eco_gis.errors import EcoGisError, LedgerError, UsageError
from eco_gis.screen import (
    print_json,
    progress_bars,
    show_error,
    show_gate,
    show_problems,
    show_result,
    stderr,
)
from eco_gis.text import Lang, Text

if TYPE_CHECKING:
    from eco_gis.model.result import RunResult
    from eco_gis.pipeline import Progress

EXIT_CLEAR, EXIT_FINDINGS, EXIT_USAGE, EXIT_INTERNAL = 0, 1, 2, 70
DEMO_AS_OF = date(2024, 12, 31)


class Language(StrEnum):
    """Language of screens and outputs."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True)
class Options:
    """Common options, as typed after the command."""

    catalog: Path
    out: Path
    as_of: date
    lang: Lang
    as_json: bool
    quiet: bool
    accept_repair: bool
    accept: bool = False

    def say(self, zh: str, en: str) -> None:
        """A line for the reader, on stderr; silent with --quiet."""
        if not self.quiet:
            stderr().print(Text(zh, en).to(self.lang), highlight=False)


app = typer.Typer(
    name="eco-gis",
    add_completion=False,
    rich_markup_mode="rich",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=(
        "选址套合、三不变化与成果输出 · siting, change and reports for control lines.\n\n"
        "数据比对结果，不作为审批依据 · a comparison of data, not an approval.\n\n"
        "[bold]eco-gis demo[/]  示例县全流程 · everything on the invented sample county\n\n"
        "[bold]eco-gis init DIR[/]  为已有数据写目录 · write a catalog for your own files\n\n"
        "退出码 exit codes: 0 全部不涉及且数据无误 all clear · 1 有发现 findings · 2 用法错误 wrong usage · 70 内部错误 internal error"
    ),
)

CatalogOption = Annotated[
    Path, typer.Option("--catalog", "-c", help="图层目录 · the catalog of layers", show_default=True)
]
OutOption = Annotated[Path, typer.Option("--out", "-o", help="成果文件夹 · folder of results")]
AsOfOption = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="基准日期 · the day that counts; default today"),
]
LangOption = Annotated[Language, typer.Option("--lang", help="语言 · language")]
JsonOption = Annotated[bool, typer.Option("--json", help="在标准输出给出 JSON · JSON on standard output")]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="不显示进度与说明 · no progress, no remarks")
]
RepairOption = Annotated[
    bool, typer.Option("--accept-repair", help="接受超限修复 · accept repairs over the budget")
]
AcceptOption = Annotated[bool, typer.Option("--accept", help="采用确定的坐标系判断 · take sure CRS findings")]
FromOption = Annotated[
    str | None, typer.Option("--from", help="较早版本（年） · the earlier version, e.g. 2023")
]
ToOption = Annotated[str | None, typer.Option("--to", help="较新版本（年） · the later version, e.g. 2024")]
SitesArgument = Annotated[
    list[Path] | None,
    typer.Argument(help="项目选址文件 · files of project sites; none: those in the catalog"),
]

DEFAULT_CATALOG = Path("layers") / "catalog.toml"
DEFAULT_OUT = Path("outputs")


@app.command()
def demo(
    out: OutOption = DEFAULT_OUT,
    lang: LangOption = Language.ZH,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """示例县全流程 · the whole job on the invented sample county (as of 2024-12-31; ends with 0).

    例 Example:  eco-gis demo --out outputs
    """
    options = Options(DEFAULT_CATALOG, out, DEMO_AS_OF, lang.value, as_json, quiet, False)
    with progress_bars(options.lang, quiet=options.quiet) as progress:
        from eco_gis import pipeline
        from eco_gis.sample import sample_catalog

        catalog = sample_catalog(out, on_progress=lambda what: progress.step("sample", what))
        result = pipeline.run(catalog, as_of=DEMO_AS_OF, progress=progress)
        folder = _publish(result, options, "demo", None, progress)
    _tell(result, options, folder)


@app.command()
def init(
    folder: Annotated[
        Path, typer.Argument(help="存放图层文件的文件夹 · the folder that holds the layer files")
    ],
    force: Annotated[
        bool, typer.Option("--force", help="覆盖已有目录 · replace an existing catalog")
    ] = False,
    lang: LangOption = Language.ZH,
    quiet: QuietOption = False,
) -> None:
    """为文件夹写带注释的图层目录 · write a commented catalog for the files of a folder.

    例 Example:  eco-gis init D:/红线数据
    """
    from eco_gis.layers.proposal import propose_catalog

    options = Options(folder / "catalog.toml", DEFAULT_OUT, date.today(), lang.value, False, quiet, False)
    if not folder.is_dir():
        raise UsageError(
            Text(
                f"{folder} 不是文件夹：请给出存放图层文件的文件夹",
                f"{folder} is not a folder: give the folder that holds the layer files",
            )
        )
    if options.catalog.exists() and not force:
        raise UsageError(
            Text(
                f"{options.catalog} 已存在：请直接修改，或用 --force 覆盖",
                f"{options.catalog} exists: edit it, or replace it with --force",
            )
        )
    text = propose_catalog(folder)
    options.catalog.write_text(text, encoding="utf-8", newline="\n")
    options.say(
        f"已写 {options.catalog}：请核对每个图层的角色、字段、覆盖范围（coverage）和日期，然后运行 eco-gis check --catalog {options.catalog}",
        f"wrote {options.catalog}: check each layer's role, fields, coverage and dates, then run eco-gis check --catalog {options.catalog}",
    )


@app.command()
def check(
    catalog: CatalogOption = DEFAULT_CATALOG,
    out: OutOption = DEFAULT_OUT,
    lang: LangOption = Language.ZH,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    accept_repair: RepairOption = False,
    accept: AcceptOption = False,
) -> None:
    """检查目录与数据，一次列出全部问题 · check the catalog and its data; every problem at once.

    写 check/check.html 与 check/check.gpkg（问题位置）· writes the page and the places of the problems.

    例 Example:  eco-gis check --catalog layers/catalog.toml
    """
    with progress_bars(lang.value, quiet=quiet) as progress:
        from eco_gis import pipeline
        from eco_gis.outputs.check.files import write_check

        gate = pipeline.check(catalog, accept_repair=accept_repair, accept_findings=accept, progress=progress)
        folder = write_check(gate, out, lang=lang.value)
    if as_json:
        print_json(gate.to_dict())
    elif quiet:
        show_problems([p for p in gate.problems if p.fatal], lang.value)
    else:
        show_gate(gate, folder, lang.value)
    raise typer.Exit(EXIT_CLEAR if gate.clean else EXIT_FINDINGS)


@app.command()
def site(
    files: SitesArgument = None,
    catalog: CatalogOption = DEFAULT_CATALOG,
    out: OutOption = DEFAULT_OUT,
    as_of: AsOfOption = None,
    lang: LangOption = Language.ZH,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    accept_repair: RepairOption = False,
    accept: AcceptOption = False,
) -> None:
    """选址套合 · compare project sites with every control line.

    例 Examples:  eco-gis site 项目范围.shp    eco-gis site a.gpkg b.geojson --as-of 2024-12-31 --json
    """
    options = _options(catalog, out, as_of, lang, as_json, quiet, accept_repair, accept)
    _question(
        "site", options, None, lambda p, progress: p.site(catalog, files or (), **_common(options, progress))
    )


@app.command()
def change(
    from_version: FromOption = None,
    to_version: ToOption = None,
    catalog: CatalogOption = DEFAULT_CATALOG,
    out: OutOption = DEFAULT_OUT,
    as_of: AsOfOption = None,
    lang: LangOption = Language.ZH,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    accept_repair: RepairOption = False,
    accept: AcceptOption = False,
) -> None:
    """面积变化台账 · did the redline or a protected natural area shrink?

    例 Example:  eco-gis change --from 2023 --to 2024
    """
    options = _options(catalog, out, as_of, lang, as_json, quiet, accept_repair, accept)
    versions = {"from_version": from_version, "to_version": to_version}
    _question(
        "change",
        options,
        None,
        lambda p, progress: p.compare(catalog, **versions, **_common(options, progress)),
    )


def _add_run_command(name: str, parts: tuple[str, ...] | None, help_text: str) -> None:
    """Commands that answer everything and differ in the files they write."""

    @app.command(name, help=help_text)
    def command(
        files: SitesArgument = None,
        from_version: FromOption = None,
        to_version: ToOption = None,
        catalog: CatalogOption = DEFAULT_CATALOG,
        out: OutOption = DEFAULT_OUT,
        as_of: AsOfOption = None,
        lang: LangOption = Language.ZH,
        as_json: JsonOption = False,
        quiet: QuietOption = False,
        accept_repair: RepairOption = False,
        accept: AcceptOption = False,
    ) -> None:
        options = _options(catalog, out, as_of, lang, as_json, quiet, accept_repair, accept)
        versions = {"from_version": from_version, "to_version": to_version}
        _question(
            name,
            options,
            parts,
            lambda p, progress: p.run(catalog, files or (), **versions, **_common(options, progress)),
        )


_add_run_command(
    "map",
    ("map.html",),
    "只出离线地图 · only the map, one file that opens without internet.\n\n例 Example:  eco-gis map --out 会议",
)
_add_run_command(
    "report",
    ("report.docx", "tables.xlsx"),
    "只出报告与表格 · only the report and the workbook.\n\n例 Example:  eco-gis report --from 2023 --to 2024",
)
_add_run_command(
    "run",
    None,
    "全部：套合、台账、地图、表格、报告、GeoPackage · everything the catalog has data for.\n\n"
    "例 Example:  eco-gis run --catalog layers/catalog.toml --as-of 2024-12-31",
)


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="版本 · version", is_eager=True)] = False,
) -> None:
    if show:
        typer.echo(f"eco-gis {__version__}")
        raise typer.Exit(EXIT_CLEAR)


def main() -> None:
    """Entry point: a user's mistake ends in one clear message, never in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app(standalone_mode=True)
    except LedgerError as error:
        show_error(error, _lang_asked(sys.argv))
        sys.exit(EXIT_INTERNAL)
    except EcoGisError as error:
        show_error(error, _lang_asked(sys.argv))
        sys.exit(EXIT_USAGE)
    except Exception as error:
        logging.getLogger(__name__).debug("internal error", exc_info=True)
        what = f"{type(error).__name__}: {error}"
        show_error(
            EcoGisError(
                Text(
                    f"内部错误 {what}\n请将此信息与所用命令一并反馈；旧成果未受影响",
                    f"internal error {what}\nplease report this with the command used; earlier results are untouched",
                )
            ),
            _lang_asked(sys.argv),
        )
        sys.exit(EXIT_INTERNAL)


def _lang_asked(arguments: Sequence[str]) -> Lang:
    """The language of the command line, also when the command failed before it was parsed."""
    words = " ".join(arguments).replace("=", " ")
    return "en" if "--lang en" in words else "zh"


def _options(
    catalog: Path,
    out: Path,
    as_of: datetime | None,
    lang: Language,
    as_json: bool,
    quiet: bool,
    accept_repair: bool,
    accept: bool,
) -> Options:
    day = as_of.date() if as_of is not None else date.today()
    return Options(catalog, out, day, lang.value, as_json, quiet, accept_repair, accept)


def _common(options: Options, progress: Progress) -> dict[str, Any]:
    return {
        "as_of": options.as_of,
        "accept_repair": options.accept_repair,
        "accept_findings": options.accept,
        "progress": progress,
    }


def _question(
    name: str,
    options: Options,
    parts: tuple[str, ...] | None,
    ask: Callable[[Any, Progress], RunResult],
) -> None:
    """Ask the pipeline, publish the answer, tell it, and end with the exit code it deserves."""
    with progress_bars(options.lang, quiet=options.quiet) as progress:
        from eco_gis import pipeline

        result = ask(pipeline, progress)
        folder = _publish(result, options, name, parts, progress)
    _tell(result, options, folder)
    raise typer.Exit(EXIT_CLEAR if result.is_clear else EXIT_FINDINGS)


def _publish(
    result: RunResult, options: Options, name: str, parts: tuple[str, ...] | None, progress: Progress
) -> Path:
    from eco_gis.outputs.publish import publish

    return publish(
        result,
        options.out,
        lang=options.lang,
        name=f"{options.as_of:%Y%m%d}-{name}",
        parts=parts,
        on_progress=lambda what: progress.step("write", what),
    )


def _tell(result: RunResult, options: Options, folder: Path) -> None:
    """The answer as JSON on stdout, or on the screen."""
    if options.as_json:
        from eco_gis.outputs.facts import run_facts

        print_json([fact.to_dict() for fact in run_facts(result)])
    elif not options.quiet:
        show_result(result, folder, options.lang)
