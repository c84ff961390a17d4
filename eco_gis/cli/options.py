"""The options that commands share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from eco_gis.screen import stderr
from eco_gis.text import Lang, Text

if TYPE_CHECKING:
    from eco_gis.layers.store import Store
    from eco_gis.pipeline import Progress


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
    cache: bool = True

    def say(self, zh: str, en: str) -> None:
        """A line for the reader, on stderr; silent with --quiet."""
        if not self.quiet:
            stderr().print(Text(zh, en).to(self.lang), highlight=False)


CatalogOption = Annotated[
    Path, typer.Option("--catalog", "-c", help="图层目录 · the catalog of layers", show_default=True)
]
OutOption = Annotated[Path, typer.Option("--out", "-o", help="成果文件夹 · folder of results")]
AsOfOption = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="基准日期 · the day that counts; default today"),
]
KnownOnOption = Annotated[
    datetime | None,
    typer.Option(
        "--known-on",
        formats=["%Y-%m-%d"],
        help="当时是否符合：另用该日有效的图层和规则 · was it lawful that day? its layers and rules beside today's",
    ),
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
NoCacheOption = Annotated[
    bool,
    typer.Option("--no-cache", help="不用已备图层，全部重读 · read everything anew, use no prepared layers"),
]
CrsOption = Annotated[
    str | None,
    typer.Option("--crs", help="选址文件的坐标系，文件未写明时 · CRS of the site files, e.g. EPSG:4549"),
]
BatchOption = Annotated[
    bool, typer.Option("--batch", help="每个文件作为一个批次 · each file is one batch (批次用地)")
]
SheetsOption = Annotated[
    int | None,
    typer.Option(
        "--sheets", min=0, help="核对表最多出几页 · at most so many check sheets (site: 100, run: 10)"
    ),
]
FromOption = Annotated[
    str | None, typer.Option("--from", help="较早版本（年） · the earlier version, e.g. 2023")
]
ToOption = Annotated[str | None, typer.Option("--to", help="较新版本（年） · the later version, e.g. 2024")]
PeriodOption = Annotated[
    str | None, typer.Option("--period", help="时段（年或季度） · a year or quarter, e.g. 2024Q2")
]
SitesArgument = Annotated[
    list[Path] | None,
    typer.Argument(help="项目选址文件 · files of project sites; none: those in the catalog"),
]

DEFAULT_CATALOG = Path("layers") / "catalog.toml"
DEFAULT_OUT = Path("outputs")


def options_of(
    catalog: Path,
    out: Path,
    as_of: datetime | None,
    lang: Language,
    as_json: bool,
    quiet: bool,
    accept_repair: bool,
    accept: bool,
    no_cache: bool,
) -> Options:
    """The options of a command; the day is today unless it is given."""
    day = as_of.date() if as_of is not None else date.today()
    return Options(catalog, out, day, lang.value, as_json, quiet, accept_repair, accept, not no_cache)


def store_of(cache: bool) -> Store | None:
    """Where prepared layers are kept; None where the user wants none."""
    from eco_gis.layers.store import Store

    return Store() if cache else None


def asked_with(options: Options, progress: Progress) -> dict[str, Any]:
    """What every question is asked with."""
    return {
        "as_of": options.as_of,
        "accept_repair": options.accept_repair,
        "accept_findings": options.accept,
        "store": store_of(options.cache),
        "progress": progress,
    }
