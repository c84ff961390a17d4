"""Which documents cover a patch: each square metre is explained once, and only by what was valid that day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from eco_gis.geometry.atoms import NONE, planarize
from eco_gis.geometry.overlay import CONTACT_AREA_M2, difference, overlap_pairs
from eco_gis.geometry.regions import Regions
from eco_gis.model.columns import texts
from eco_gis.model.days import day_of, names_document
from eco_gis.model.layer import Layer, LayerFault, LayerSpec
from eco_gis.model.patches import ROLES_OF_DOCUMENTS, DocumentCover, Standing, Unanswered
from eco_gis.model.role import DocumentKind, LayerRole
from eco_gis.model.siting import Reason
from eco_gis.text import Text

UNCOVERED_M2 = 1e-4
"""Ground outside a layer's coverage up to this is the rounding of its border."""

NEED_EXPIRY = (DocumentKind.TEMPORARY_LAND, DocumentKind.MINING_RIGHT)
"""Papers that hold for a time only: without a day of expiry nobody can say that they still held."""

_NUMBER = ("document", "number", "PZWH", "WH")
_APPROVED = ("date", "PZRQ", "BARQ")
_EXPIRY = ("expiry", "until", "valid_until", "DQRQ", "JZRQ")
"""Our name first, then others under which the field is met."""

NO_PERMIT = (DocumentKind.PROBLEM_PATCH, DocumentKind.DEVELOPMENT_PLAN)
"""Kinds that say something about a place and permit nothing there: told beside a patch, never counted."""
ASKED_KINDS = tuple(k for k in DocumentKind if k not in NO_PERMIT)
"""Kinds that can explain a patch."""


@dataclass(frozen=True)
class Paper:
    """One feature of a document layer."""

    spec: LayerSpec
    id: str
    name: str
    number: str
    approved: date | None
    expires: date | None
    expiry_given: bool
    """Whether the field for the day of expiry holds anything."""
    number_asked: bool
    """Whether the layer maps a field for the number."""

    @property
    def kind(self) -> Text:
        """What the paper is."""
        return self.spec.document.label if self.spec.document else self.spec.role.label

    @property
    def rank(self) -> tuple[int, str, str, str]:
        """Order in which ground is booked; it does not depend on the order of layers or rows."""
        kinds = list(DocumentKind)
        kind = kinds.index(self.spec.document) if self.spec.document else len(kinds)
        return (kind, (self.approved or date.max).isoformat(), self.spec.id, self.id)

    def standing(self, day: date | None, as_of: date) -> Standing:
        """Whether it can explain a patch of a day; whatever is not known counts against it."""
        kind = self.spec.document
        if kind in NO_PERMIT:
            return Standing.NO_PERMIT
        if self.number_asked and not names_document(self.number):
            return Standing.NO_NUMBER
        if self.approved is None:
            return Standing.NO_DATE
        if day is None:
            return Standing.PATCH_UNDATED
        if not _informed(self.spec, day, as_of):
            return Standing.LAYER_EXPIRED
        if self.approved > day:
            return Standing.LATER
        if self.expires is None and (self.expiry_given or kind in NEED_EXPIRY):
            return Standing.NO_EXPIRY
        return Standing.EXPIRED if self.expires is not None and self.expires < day else Standing.VALID


@dataclass(frozen=True)
class Cover:
    """What documents say about one patch; ellipsoidal m²."""

    documents: tuple[DocumentCover, ...]
    explained_m2: float
    unexplained_m2: float
    unexplained: BaseGeometry


class Papers:
    """All document layers of a run, asked patch by patch."""

    def __init__(self, layers: Iterable[Layer | LayerFault], ground: Regions, as_of: date) -> None:
        """Only what meets the ground of the patches is kept."""
        entries = [e for e in layers if e.spec.role in ROLES_OF_DOCUMENTS]
        self.entries = sorted(entries, key=lambda e: (e.spec.role.order, e.spec.id))
        self._as_of = as_of
        found: list[tuple[Paper, BaseGeometry]] = []
        for layer in self.entries:
            if isinstance(layer, Layer):
                near = np.unique(layer.features.tree.query(ground.shapes)[1])
                papers = _papers(layer, near)
                found += zip(papers, layer.features.shapes[near], strict=True)
        found.sort(key=lambda pair: pair[0].rank)
        self._papers = [paper for paper, _ in found]
        self._shapes = Regions([shape for _, shape in found], ground.plane)

    @property
    def asked(self) -> int:
        """How many layers are asked for an explanation."""
        return sum(e.spec.document not in NO_PERMIT for e in self.entries)

    def cover(self, patch: Regions, day: date | None) -> Cover:
        """How much of a patch each document explains.

        Parameters
        ----------
        patch
            One polygon.
        day
            Day of the patch; without one no document counts.

        Returns
        -------
        Cover
            Explained and unexplained ground, each measured, sum to the patch's area up to rounding.
        """
        pairs = overlap_pairs(patch, self._shapes)
        real = pairs.area_m2 > CONTACT_AREA_M2
        touched = pairs.b[real]
        standings = [self._papers[j].standing(day, self._as_of) for j in touched]
        valid = touched[np.array([s is Standing.VALID for s in standings], dtype=bool)]
        booked, unexplained = _booked(patch, self._shapes.take(valid))
        explained = dict(zip(valid.tolist(), booked[1:].tolist(), strict=True))
        covers = [
            _cover(self._papers[j], standing, overlap_m2=float(area), explained_m2=explained.get(int(j), 0.0))
            for j, standing, area in zip(touched, standings, pairs.area_m2[real], strict=True)
        ]
        return Cover(
            documents=tuple(covers),
            explained_m2=float(booked[1:].sum()),
            unexplained_m2=float(booked[0]),
            unexplained=unexplained,
        )

    def unanswered(self, ground: Regions, days: Sequence[date | None]) -> list[tuple[Unanswered, ...]]:
        """For each patch the document layers that may hide an explanation."""
        out: list[list[Unanswered]] = [[] for _ in days]
        for entry in self.entries:
            if entry.spec.document in NO_PERMIT:
                continue
            uncovered = _uncovered(entry, ground)
            for i, day in enumerate(days):
                reasons = _gaps(entry, day, self._as_of, uncovered=bool(uncovered[i]))
                if reasons:
                    out[i].append(Unanswered(entry.spec.id, entry.spec.title, reasons))
        missing = _not_configured([e.spec for e in self.entries])
        return [(*rows, *missing) for rows in out]


def _papers(layer: Layer, rows: NDArray[np.intp]) -> list[Paper]:
    number, approved, expiry = (texts(layer, *names) for names in (_NUMBER, _APPROVED, _EXPIRY))
    asked = bool({name.casefold() for name in _NUMBER} & {c.casefold() for c in layer.attributes.columns})
    return [
        Paper(
            spec=layer.spec,
            id=layer.ids[i],
            name=layer.names[i],
            number=number[i],
            approved=day_of(approved[i]),
            expires=day_of(expiry[i]),
            expiry_given=names_document(expiry[i]),
            number_asked=asked,
        )
        for i in rows
    ]


def _cover(paper: Paper, standing: Standing, *, overlap_m2: float, explained_m2: float) -> DocumentCover:
    return DocumentCover(
        layer_id=paper.spec.id,
        kind=paper.kind,
        id=paper.id,
        name=paper.name,
        number=paper.number,
        approved=paper.approved,
        expires=paper.expires,
        standing=standing,
        overlap_m2=overlap_m2,
        explained_m2=explained_m2,
    )


def _booked(patch: Regions, papers: Regions) -> tuple[NDArray[np.float64], BaseGeometry]:
    """Ground without a paper, then ground booked to each paper in their order; and the shape of the first."""
    if not len(papers):
        return patch.area_m2, patch.shapes[0]
    atoms = planarize(patch.shapes, Regions.empty(patch.plane), papers, patch.plane)
    booked = np.bincount(atoms.entry + 1, weights=atoms.area_m2, minlength=len(papers) + 1)
    return np.asarray(booked, dtype=np.float64), _together(atoms.shapes[atoms.entry == NONE])


def _together(parts: NDArray[np.object_]) -> BaseGeometry:
    """Disjoint parts of one difference as one shape."""
    return parts[0] if len(parts) == 1 else shapely.union_all(parts) if len(parts) else shapely.Polygon()


def _informed(spec: LayerSpec, day: date, as_of: date) -> bool:
    """Whether a layer can know the documents of a day: it may be made later, but may not have ended before."""
    made = spec.valid_from is None or spec.valid_from <= as_of
    return made and (spec.valid_until is None or day <= spec.valid_until)


def _uncovered(entry: Layer | LayerFault, ground: Regions) -> NDArray[np.bool_]:
    """Patches that leave the coverage a layer declares."""
    if isinstance(entry, LayerFault) or entry.coverage is None:
        return np.zeros(len(ground), dtype=bool)
    rest = Regions(difference(ground, entry.coverage), ground.plane)
    return np.asarray(rest.area_m2 > UNCOVERED_M2)


def _gaps(entry: Layer | LayerFault, day: date | None, as_of: date, *, uncovered: bool) -> tuple[Reason, ...]:
    if isinstance(entry, LayerFault):
        return (Reason.UNREADABLE,)
    found = {
        Reason.NOT_IN_FORCE: day is not None and not _informed(entry.spec, day, as_of),
        Reason.EMPTY_LAYER: not len(entry) and not entry.spec.empty,
        Reason.COVERAGE_UNDECLARED: entry.coverage is None,
        Reason.OUTSIDE_COVERAGE: uncovered,
        Reason.LOST_RECORDS: entry.has_lost,
    }
    return tuple(reason for reason, is_so in found.items() if is_so)


def _not_configured(specs: Sequence[LayerSpec]) -> list[Unanswered]:
    """Kinds of documents of which the catalog has no layer."""
    kinds = {s.document for s in specs}
    missing = [
        Unanswered(f"document:{k}", k.label, (Reason.NOT_CONFIGURED,)) for k in ASKED_KINDS if k not in kinds
    ]
    if all(s.role is not LayerRole.CHANGE_REGISTER for s in specs):
        register = LayerRole.CHANGE_REGISTER
        missing.append(Unanswered(f"role:{register}", register.label, (Reason.NOT_CONFIGURED,)))
    return missing
