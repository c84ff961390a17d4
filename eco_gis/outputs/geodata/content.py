"""One layer of the GeoPackage: rows, shapes, style."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eco_gis.model.fact import FactBook
from eco_gis.outputs.qml import Category
from eco_gis.text import Text


@dataclass(frozen=True)
class Content:
    """One layer of the file."""

    name: str
    title: Text
    rows: list[dict[str, Any]]
    geometry: list[Any]
    """On the working plane, one of each row."""
    column: str
    """Column whose values have a style each."""
    categories: tuple[Category, ...]


def numbers(book: FactBook, ids: dict[str, str]) -> dict[str, float | None]:
    """Values of facts by column; None where a fact has none."""
    return {key: None if book[i].value is None else book.number(i) for key, i in ids.items()}
