"""The facts of a run as files: JSON for people and programs, Parquet for tables (law 8)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from eco_gis.model.fact import Fact, FactBook, Method, Value
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
    with (
        pq.ParquetWriter(parquet, SCHEMA, compression="zstd") as writer,
        plain.open("w", encoding="utf-8", newline="\n") as file,
    ):
        file.write("[")
        for at in range(0, len(facts), BATCH):
            rows = [fact.to_dict() for fact in facts[at : at + BATCH]]
            file.write(",\n" if at else "\n")
            file.write(",\n".join(map(_JSON.encode, rows)))
            writer.write_table(_table(rows))
        file.write("\n]\n" if facts else "]\n")
    return parquet, plain


_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def _table(rows: Sequence[Mapping[str, Value]]) -> pa.Table:
    """Facts by column, numbers and words apart."""
    values = [row["value"] for row in rows]
    columns: dict[str, list[object]] = {
        name: [row[name] for row in rows] for name in SCHEMA.names if name not in ("value", "text")
    }
    columns["value"] = [_number(v) for v in values]
    columns["text"] = [None if v is None or _number(v) is not None else str(v) for v in values]
    return pa.table(columns, schema=SCHEMA)


def _number(value: Value) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
