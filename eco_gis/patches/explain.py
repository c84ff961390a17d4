"""图斑核查: each patch against the surveys, the control lines, the documents and the batches before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from eco_gis.geometry.overlay import CONTACT_AREA_M2, overlap_pairs
from eco_gis.geometry.regions import Regions
from eco_gis.model.layer import Layer, LayerFault
from eco_gis.model.patches import EarlierSight, Patch
from eco_gis.model.siting import LayerAnswer
from eco_gis.patches.batch import Batch
from eco_gis.patches.documents import Papers
from eco_gis.patches.land import ClassOf, land_of, survey_class
from eco_gis.patches.suggest import evidence, suggest


@dataclass(frozen=True)
class Seen:
    """Patches of other batches, as the ledger keeps them."""

    keys: tuple[tuple[str, str], ...]
    """Batch and id of each."""
    ground: Regions


def explain(
    batch: Batch,
    entries: Iterable[Layer | LayerFault],
    lines: Mapping[str, tuple[LayerAnswer, ...]],
    *,
    as_of: date,
    townships: Layer | None = None,
    villages: Layer | None = None,
    seen: Seen | None = None,
    class_of: ClassOf = survey_class,
) -> list[Patch]:
    """Everything the data say about the patches of one batch, by id.

    Parameters
    ----------
    batch
        Polygons on the working plane.
    entries
        Prepared layers and faults: surveys and documents are taken from them, other roles passed over.
    lines
        Answers of the control layers by patch id.
    as_of
        The day of the run; layers that begin later are not known yet.
    seen
        Patches of other batches; those whose batch sorts before this one are told.
    class_of
        What a survey's codes mean.

    Raises
    ------
    CRSMismatchError
        When layers lie on different planes.
    """
    known = list(entries)
    ground = batch.ground
    papers = Papers(known, ground, as_of)
    gaps = papers.unanswered(ground, batch.days)
    land = land_of(ground, batch.days, known, as_of, class_of=class_of)
    places = _names(ground, townships)
    villages_of = _names(ground, villages)
    earlier = _earlier(batch, seen)
    patches = []
    for i, key in enumerate(batch.ids):
        area = float(ground.area_m2[i])
        cover = papers.cover(ground.take([i]), batch.days[i])
        patches.append(
            Patch(
                batch=batch.label,
                id=key,
                name=batch.layer.names[i],
                day=batch.days[i],
                delivered=batch.delivered[i],
                area_m2=area,
                planar_m2=float(ground.planar_m2[i]),
                townships=places[i],
                villages=villages_of[i],
                lines=lines[key],
                land=land[i],
                documents=cover.documents,
                explained_m2=cover.explained_m2,
                unexplained_m2=cover.unexplained_m2,
                unanswered=gaps[i],
                earlier=earlier[i],
                suggestion=suggest(area, cover, land[i], gaps[i], asked=papers.asked),
                evidence=evidence(area, cover, land[i], gaps[i], earlier[i], lines[key], day=batch.days[i]),
                shape=ground.shapes[i],
                unexplained=cover.unexplained,
            )
        )
    return sorted(patches, key=lambda p: p.id)


def _names(ground: Regions, places: Layer | None) -> list[tuple[str, ...]]:
    """Names of the places each patch lies in, largest part first."""
    parts: list[dict[str, float]] = [{} for _ in range(len(ground))]
    if places is not None:
        names = [name or key for name, key in zip(places.names, places.ids, strict=True)]
        pairs = overlap_pairs(ground, places.features)
        for i, j, area in zip(pairs.a, pairs.b, pairs.area_m2, strict=True):
            if area > CONTACT_AREA_M2:
                parts[i][names[j]] = parts[i].get(names[j], 0.0) + float(area)
    return [tuple(sorted(part, key=lambda name: (-part[name], name))) for part in parts]


def _earlier(batch: Batch, seen: Seen | None) -> list[tuple[EarlierSight, ...]]:
    out: list[list[EarlierSight]] = [[] for _ in batch.ids]
    if seen is not None:
        before = np.array([label < batch.label for label, _ in seen.keys], dtype=bool)
        keys = [key for key, is_before in zip(seen.keys, before, strict=True) if is_before]
        pairs = overlap_pairs(batch.ground, seen.ground.take(before))
        for i, j, area in zip(pairs.a, pairs.b, pairs.area_m2, strict=True):
            if area > CONTACT_AREA_M2:
                share = float(area / batch.ground.area_m2[i])
                out[i].append(EarlierSight(keys[j][0], keys[j][1], float(area), share))
    return [_by_share(row) for row in out]


def _by_share(sights: Sequence[EarlierSight]) -> tuple[EarlierSight, ...]:
    return tuple(sorted(sights, key=lambda s: (-s.share, s.batch, s.id)))
