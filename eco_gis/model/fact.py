"""Facts: the only numbers that tables, maps, sentences and JSON may show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from eco_gis.errors import OutputError
from eco_gis.text import Text

Value = float | int | str | bool | None


class Method(StrEnum):
    """How a value was obtained; areas of different methods are never compared."""

    ELLIPSOIDAL = "ellipsoidal"
    """Additive ellipsoidal area, edges straight in the working plane."""
    PLANAR = "planar"
    """Planar in the working plane."""
    PLANE_OVER_SCALE = "plane_over_scale"
    """Length or distance in the plane divided by the local scale."""
    OFFICIAL = "official"
    """Official trapezoid formula on the delivered vertices."""
    COUNT = "count"
    COMPARISON = "comparison"
    """An answer or conclusion from comparing data."""
    APPORTIONED = "apportioned"
    """Part of a control total: ellipsoidal parts scaled to it, to four decimals of a hectare."""
    DECLARED = "declared"
    """As the site declares it."""
    RASTER_CELLS = "raster_cells"
    """Cells by the cell-centre rule, or whole cells of changed ground."""
    AREA_FRACTIONS = "area_fractions"
    """Cells weighted by the exact share of each that lies inside."""
    THEIL_SEN = "theil_sen"
    """Median of all slopes between two years, and the slopes the test does not reject."""
    MANN_KENDALL = "mann_kendall"
    """Exact probability of the Mann–Kendall statistic."""
    BORDER_SCATTER = "border_scatter"
    """Read off the scatter of a redrawn border, sample by sample."""
    POSITIONAL_ACCURACY = "positional_accuracy"
    """From the declared accuracy of both drawings and the border that differs; 95 %, k = 2."""
    SETTING = "setting"
    """A value somebody set."""


@dataclass(frozen=True)
class Fact:
    """One number or answer with everything needed to trace it."""

    id: str
    """Stable: the same question to the same inputs has the same id."""
    quantity: str
    """What it is: overlap_area, share, answer, opening, lost …"""
    value: Value
    unit: str
    """m2, m, share, count, or empty for words."""
    shown: str
    """Default form for people; a table may show it in another unit or round it so that the column adds up."""
    method: Method
    layer: str | None = None
    feature: str | None = None
    township: str | None = None
    year: str | None = None
    subject: str | None = None
    """Id of the site, or batch and id of the patch, the fact is about."""

    def to_dict(self) -> dict[str, Value]:
        """The fact as plain values."""
        return {**vars(self), "method": self.method.value}


class FactBook:
    """All facts of a run, by id.

    Raises `OutputError` when two facts claim the same id or a missing id is asked for.
    """

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._facts: dict[str, Fact] = {}
        self.add(facts)

    def add(self, facts: Iterable[Fact]) -> None:
        """Add facts; an id may stand only once."""
        for fact in facts:
            if fact.id in self._facts:
                raise OutputError(
                    Text(f"两个事实同用编号 {fact.id!r}", f"two facts share the id {fact.id!r}")
                )
            self._facts[fact.id] = fact

    def __getitem__(self, fact_id: str) -> Fact:
        try:
            return self._facts[fact_id]
        except KeyError:
            raise OutputError(
                Text(f"没有编号为 {fact_id!r} 的事实", f"no fact has the id {fact_id!r}")
            ) from None

    def __contains__(self, fact_id: object) -> bool:
        return fact_id in self._facts

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts.values())

    def __len__(self) -> int:
        return len(self._facts)

    def number(self, fact_id: str) -> float:
        """The value of a numeric fact."""
        value = self[fact_id].value
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise OutputError(Text(f"事实 {fact_id!r} 不是数", f"fact {fact_id!r} is not a number"))
        return float(value)


def site_fact_id(site: str, quantity: str, layer: str | None = None) -> str:
    """Id of a siting fact: of the site itself, or of one layer's answer about it.

    >>> site_fact_id("P01", "overlap_area", "redline")
    'siting/P01/redline/overlap_area'
    >>> site_fact_id("P/1", "area"), site_fact_id("P", "area", "1")
    ('siting/P%2F1/area', 'siting/P/1/area')
    """
    return "/".join(["siting", _escaped(site), *([_escaped(layer)] if layer else []), quantity])


def sheet_fact_id(site: str, *parts: str) -> str:
    """Id of a fact of a site's check sheet.

    >>> sheet_fact_id("P01", "class", "0103", "area")
    'sheet/P01/class/0103/area'
    """
    return "/".join(["sheet", *map(_escaped, (site, *parts))])


def group_fact_id(kind: str, name: str, *parts: str) -> str:
    """Id of a fact about many sites: kind is `batch` or `neighbours`.

    >>> group_fact_id("batch", "2024/1", "total")
    'batch/2024%2F1/total'
    """
    return "/".join([kind, *map(_escaped, (name, *parts))])


def ledger_fact_id(series: str, basis: str, level: str, key: str, quantity: str) -> str:
    """Id of a ledger fact.

    >>> ledger_fact_id("redline", "baseline", "county", "county", "lost")
    'change/redline/baseline/county/county/lost'
    """
    return "/".join(["change", *map(_escaped, (series, basis, level, key)), quantity])


def patch_fact_id(batch: str, patch: str, *what: str) -> str:
    """Id of a fact about a change patch.

    >>> patch_fact_id("2024-06", "T01", "area"), patch_fact_id("2024/06", "T1", "land", "before", "0301")
    ('patches/2024-06/T01/area', 'patches/2024%2F06/T1/land/before/0301')
    """
    return "/".join(["patches", *map(_escaped, (batch, patch, *what))])


def fact_id(*parts: str) -> str:
    """Id of parts, the room first and the quantity last.

    >>> fact_id("nature", "redline", "2023-2024", "piece", "N0001", "area")
    'nature/redline/2023-2024/piece/N0001/area'
    """
    return "/".join(map(_escaped, parts))


def _escaped(part: str) -> str:
    """A part of an id without the stroke that parts them: percent-encoded, and so is the percent sign."""
    return part.replace("%", "%25").replace("/", "%2F")
