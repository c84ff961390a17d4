"""Papers that cover ground: what a feature of a layer of role *document* says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from eco_gis.model.role import DocumentKind


@dataclass(frozen=True)
class Paper:
    """One approval, filing or entry of a list, with the ground it covers told by its position in the layer."""

    layer: str
    """Id of the document layer."""
    id: str
    kind: DocumentKind
    name: str = ""
    office: str = ""
    document: str = ""
    """Document number (文号); empty where the feature names none."""
    day: date | None = None
    """Day of approval, filing or entry into the list."""
    until: date | None = None
    """Last day on which the approval holds, as for temporary land; None: without an end."""
    closed: date | None = None
    """Day on which the matter was closed (销号、整改完成、退出); None while it is open."""
    state: str = ""
    """State in the words of the file."""
    said: str = ""
    """The date as the file writes it."""

    @property
    def key(self) -> tuple[str, str]:
        """Layer and id: what no other paper of a run has."""
        return self.layer, self.id
