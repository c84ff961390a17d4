"""Commands that ask a question of the data."""

from __future__ import annotations

from eco_gis.cli.answer import answer_question
from eco_gis.cli.app import app
from eco_gis.cli.options import (
    DEFAULT_CATALOG,
    DEFAULT_OUT,
    AcceptOption,
    AsOfOption,
    BatchOption,
    CatalogOption,
    CrsOption,
    FromOption,
    JsonOption,
    KnownOnOption,
    LangOption,
    Language,
    NoCacheOption,
    OutOption,
    PeriodOption,
    QuietOption,
    RepairOption,
    SheetsOption,
    SitesArgument,
    ToOption,
    asked_with,
    options_of,
)


@app.command()
def site(
    files: SitesArgument = None,
    catalog: CatalogOption = DEFAULT_CATALOG,
    out: OutOption = DEFAULT_OUT,
    as_of: AsOfOption = None,
    known_on: KnownOnOption = None,
    crs: CrsOption = None,
    batch: BatchOption = False,
    sheets: SheetsOption = None,
    lang: LangOption = Language.ZH,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    accept_repair: RepairOption = False,
    accept: AcceptOption = False,
    no_cache: NoCacheOption = False,
) -> None:
    """选址套合，附核对表 · compare project sites with every control line, with a check sheet for each.

    例 Examples:  eco-gis site 勘界.txt    eco-gis site 批次.txt --batch    eco-gis site a.shp --crs EPSG:4549 --json
    """
    options = options_of(catalog, out, as_of, lang, as_json, quiet, accept_repair, accept, no_cache)
    answer_question(
        "site",
        options,
        None,
        lambda p, progress: p.site(
            catalog,
            files or (),
            known_on=known_on.date() if known_on is not None else None,
            crs=crs,
            sheets=p.SheetsAsked(batch) if sheets is None else p.SheetsAsked(batch, sheets),
            **asked_with(options, progress),
        ),
    )


@app.command()
def change(
    from_version: FromOption = None,
    to_version: ToOption = None,
    period: PeriodOption = None,
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
    """三不：面积、性质、功能 · did a redline or reserve shrink, change its nature, lose function?

    例 Examples:  eco-gis change --from 2023 --to 2024    eco-gis change --period 2024Q2
    """
    options = options_of(catalog, out, as_of, lang, as_json, quiet, accept_repair, accept, no_cache)
    versions = {"from_version": from_version, "to_version": to_version, "period": period}
    answer_question(
        "change",
        options,
        None,
        lambda p, progress: p.compare(catalog, **versions, **asked_with(options, progress)),
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
        crs: CrsOption = None,
        sheets: SheetsOption = None,
        lang: LangOption = Language.ZH,
        as_json: JsonOption = False,
        quiet: QuietOption = False,
        accept_repair: RepairOption = False,
        accept: AcceptOption = False,
        no_cache: NoCacheOption = False,
    ) -> None:
        options = options_of(catalog, out, as_of, lang, as_json, quiet, accept_repair, accept, no_cache)
        asked = {"from_version": from_version, "to_version": to_version, "crs": crs}
        answer_question(
            name,
            options,
            parts,
            lambda p, progress: p.run(
                catalog,
                files or (),
                **(asked if sheets is None else asked | {"sheets": p.SheetsAsked(pages=sheets)}),
                **asked_with(options, progress),
            ),
        )


_add_run_command(
    "map",
    ("map.html",),
    "只出离线地图 · only the map, one file that opens without internet.\n\n例 Example:  eco-gis map --out 会议",
)
_add_run_command(
    "report",
    ("report.docx", "tables.xlsx", "sheets"),
    "只出报告、表格与核对表 · only the report, the workbook and check sheets.\n\n例 Example:  eco-gis report --from 2023 --to 2024",
)
_add_run_command(
    "run",
    None,
    "全部：套合、台账、地图、表格、报告、GeoPackage · everything the catalog has data for.\n\n"
    "例 Example:  eco-gis run --catalog layers/catalog.toml --as-of 2024-12-31",
)
