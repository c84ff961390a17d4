"""Records without a usable shape: their number, why, and what is known of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from eco_gis.model.layer import LostRecord
from eco_gis.text import Text


def lost_records(
    table: pd.DataFrame, ids: Sequence[str], reasons: Mapping[int, Text]
) -> tuple[LostRecord, ...]:
    """The lost records of a layer in file order.

    Parameters
    ----------
    table
        All records of the layer, the lost ones among them.
    reasons
        Row of each lost record → why.
    """
    return tuple(LostRecord(i, ids[i], reasons[i], _known(table, i)) for i in sorted(reasons))


def _known(table: pd.DataFrame, row: int) -> dict[str, str]:
    """Filled fields of a record as text, without the ones that were made up for it."""
    values = {str(name): table[name].iloc[row] for name in table.columns if name != "id"}
    return {name: str(v) for name, v in values.items() if not pd.isna(v) and str(v).strip()}
