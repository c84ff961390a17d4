"""Columns of a prepared layer, under our name or under the name the national databases give the field."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from eco_gis.model.layer import Layer


def texts(layer: Layer, *names: str) -> list[str]:
    """Values as text of the first column that the layer has; blanks where it has none of them.

    Parameters
    ----------
    names
        Our name first, then field names of the file; case is ignored.
    """
    found = _column(layer, names)
    if found is None:
        return [""] * len(layer)
    return ["" if pd.isna(v) else str(v).strip() for v in layer.attributes[found]]


def numbers(layer: Layer, *names: str) -> NDArray[np.float64]:
    """The same as numbers; nan where there is none."""
    found = _column(layer, names)
    if found is None:
        return np.full(len(layer), np.nan)
    return np.asarray(pd.to_numeric(layer.attributes[found], errors="coerce"), dtype=np.float64)


def _column(layer: Layer, names: tuple[str, ...]) -> str | None:
    there = {str(c).casefold(): str(c) for c in layer.attributes.columns}
    return next((there[n.casefold()] for n in names if n.casefold() in there), None)
