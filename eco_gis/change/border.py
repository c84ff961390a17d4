"""Evidence along the border: which changed pieces redrawing alone can make, and how surely the area shrank."""

from __future__ import annotations

from collections.abc import Sequence

from eco_gis.change.ground import Ground
from eco_gis.model.border import Evidence
from eco_gis.model.change import ChangedPiece, LedgerRow


def border_evidence(
    before: Ground,
    after: Ground,
    pieces: Sequence[ChangedPiece],
    county: LedgerRow,
    features: Sequence[LedgerRow],
) -> tuple[list[ChangedPiece], Evidence]:
    """The pieces with their verdicts, and the statistical annex."""
    return list(pieces), Evidence()
