"""The facts of a run as files: JSON for people and programs, Parquet for tables (law 8)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from eco_gis.model.fact import Fact, FactBook, Method
from eco_gis.model.layer import Layer
from eco_gis.model.result import RunResult
from eco_gis.units import DECIMALS, shown

SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("quantity", pa.string(), nullable=False),
        pa.field("value", pa.float64()),
        pa.field("text", pa.string()),
        pa.field("unit", pa.string(), nullable=False),
        pa.field("shown", pa.string(), nullable=False),
        pa.field("method", pa.string(), nullable=False),
        *(pa.field(name, pa.string()) for name in ("layer", "feature", "township", "year", "subject")),
    ]
)
"""Columns of `facts.parquet`: a fact's fields, its value split into `value` (numbers) and `text` (words)."""

BATCH = 100_000
"""Facts that are turned into rows at a time, so that memory does not follow their number."""


def layer_fact_id(layer: str, quantity: str) -> str:
    """Id of a fact about an input layer.

    >>> layer_fact_id("redline_2024", "features")
    'data/redline_2024/features'
    """
    return f"data/{layer}/{quantity}"


def layer_facts(layer: Layer) -> Iterator[Fact]:
    """What was read of a layer and what its repair cost (m², ellipsoidal)."""
    counts = {"features": len(layer), "lost_records": len(layer.lost), "repairs": len(layer.repairs.repairs)}
    areas = {"repair_net": layer.repairs.net_m2, "repair_ambiguous": layer.repairs.ambiguous_m2}
    spec = layer.spec
    for quantity, count in counts.items():
        yield Fact(
            layer_fact_id(spec.id, quantity), quantity, count, "count", str(count), Method.COUNT,
            layer=spec.id, year=spec.version or None,
        )  # fmt: skip
    for quantity, area in areas.items():
        yield Fact(
            layer_fact_id(spec.id, quantity), quantity, area, "m2", shown(area, DECIMALS["m2"]),
            Method.ELLIPSOIDAL, layer=spec.id, year=spec.version or None,
        )  # fmt: skip


def run_facts(result: RunResult) -> FactBook:
    """All facts of a run: those its rooms made, and those about its input layers."""
    book = FactBook(result.facts)
    for layer in result.layers.values():
        book.add(fact for fact in layer_facts(layer) if fact.id not in book)
    return book


def write_facts(book: FactBook, folder: Path) -> tuple[Path, Path]:
    """Write `facts.parquet` and `facts.json` into `folder`, sorted by id.

    The same facts give the same bytes. `facts.json` is a list of objects with the native value; the
    Parquet table has numbers in `value` and words in `text`. See docs/facts.md.

    Returns
    -------
    tuple[Path, Path]
        The Parquet and the JSON file.
    """
    facts = sorted(book, key=lambda fact: fact.id)
    parquet, plain = folder / "facts.parquet", folder / "facts.json"
    with pq.ParquetWriter(parquet, SCHEMA, compression="zstd") as writer:
        for at in range(0, len(facts), BATCH):
            writer.write_table(pa.Table.from_pylist([_row(f) for f in facts[at : at + BATCH]], schema=SCHEMA))
    with plain.open("w", encoding="utf-8", newline="\n") as file:
        file.write("[")
        for number, fact in enumerate(facts):
            file.write(",\n" if number else "\n")
            file.write(json.dumps(fact.to_dict(), ensure_ascii=False, allow_nan=False))
        file.write("\n]\n" if facts else "]\n")
    return parquet, plain


def _row(fact: Fact) -> dict[str, object]:
    value = fact.value
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return {
        **fact.to_dict(),
        "value": float(value) if is_number and value is not None else None,
        "text": None if value is None or is_number else str(value),
    }
