"""Commands about data: the sample county, a first catalog, the check."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from eco_gis.cli.answer import publish_run, tell
from eco_gis.cli.app import EXIT_CLEAR, EXIT_FINDINGS, app
from eco_gis.cli.options import (
    DEFAULT_CATALOG,
    DEFAULT_OUT,
    AcceptOption,
    CatalogOption,
    JsonOption,
    LangOption,
    Language,
    NoCacheOption,
    Options,
    OutOption,
    QuietOption,
    RepairOption,
    store_of,
)
from eco_gis.errors import UsageError
from eco_gis.screen import print_json, progress_bars, show_gate, show_problems
from eco_gis.text import Text

DEMO_AS_OF = date(2024, 12, 31)


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
        result = pipeline.run(catalog, as_of=DEMO_AS_OF, store=store_of(options.cache), progress=progress)
        folder = publish_run(result, options, "demo", None, progress)
    tell(result, options, folder)


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
    no_cache: NoCacheOption = False,
) -> None:
    """检查目录与数据，一次列出全部问题 · check the catalog and its data; every problem at once.

    写 check/check.html 与 check/check.gpkg（问题位置）· writes the page and the places of the problems.

    例 Example:  eco-gis check --catalog layers/catalog.toml
    """
    with progress_bars(lang.value, quiet=quiet) as progress:
        from eco_gis import pipeline
        from eco_gis.outputs.check.files import write_check

        gate = pipeline.check(
            catalog,
            accept_repair=accept_repair,
            accept_findings=accept,
            store=store_of(not no_cache),
            progress=progress,
        )
        folder = write_check(gate, out, lang=lang.value)
    if as_json:
        print_json(gate.to_dict())
    elif quiet:
        show_problems([p for p in gate.problems if p.fatal], lang.value)
    else:
        show_gate(gate, folder, lang.value)
    raise typer.Exit(EXIT_CLEAR if gate.clean else EXIT_FINDINGS)
