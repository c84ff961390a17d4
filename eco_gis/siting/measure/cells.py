"""All sites of a layer measured against one control raster, by exact fractions of its cells.

What lies on cells without data, on codes that the table of classes does not list, beyond the raster or
outside its coverage is never called clear. Ground just beside a site is looked at as well: as far as a
contact reaches, and as far as an axis or point without a width, or a rule that names a distance, asks for.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from eco_gis.geometry.crs import transform
from eco_gis.geometry.overlay import CONTACT_AREA_M2, nearest_distance_m, overlap_pairs
from eco_gis.geometry.parts import keep_dimension
from eco_gis.geometry.regions import Regions
from eco_gis.geometry.zonal import CellSource, zonal_statistics
from eco_gis.model.raster import CellEvidence, ClassShare, ControlRaster
from eco_gis.model.siting import Reason
from eco_gis.siting.measure.against import near_coverage_border, note_uncovered
from eco_gis.siting.measure.around import Around, cell_sizes, crs_of
from eco_gis.siting.measure.firm import note_widths
from eco_gis.siting.measure.kinds import KindCells
from eco_gis.siting.measure.touch import CONTACT_WIDTH_M, UNCOVERED_M2, Taken, Touch
from eco_gis.siting.sites import Sites

Floats = NDArray[np.float64]

_LEAST_LOOK = 1e-3
"""Share of a cell's side to which surroundings are looked at in any case: a corner that pokes into a large cell by a
share that zonal statistics take for rounding is met there."""


def measure_cells(
    sites: Sites, raster: ControlRaster, *, near_m: float, reach_m: Floats | None = None
) -> list[Touch]:
    """Measure all sites against one control raster; its cells are read only where sites lie.

    Parameters
    ----------
    near_m
        Within this distance a line or point without a width is not called clear.
    reach_m
        (n,) distance from which rules speak of each site; None: they ask for contact.

    Raises
    ------
    LayerReadError
        The raster is damaged where a site lies.
    TransformRefusedError
        The way to the raster's CRS would have to be guessed.
    """
    axial = sites.ground.dimensions < 2
    reach = np.zeros(len(sites.ids)) if reach_m is None else reach_m
    touches = [Touch() for _ in sites.ids]
    leaves = note_uncovered(sites, raster.coverage, touches)
    near_border = near_coverage_border(sites, raster.coverage, near_m, reach)
    with raster.open() as source:
        cells = KindCells(source, raster)
        sizes = cell_sizes(sites, source.grid)
        least = np.maximum(CONTACT_WIDTH_M, _LEAST_LOOK * sizes.max(axis=1))
        look_m = np.maximum(reach + np.where(axial, near_m, 0.0), least)
        around = Around.of(sites, cells, look_m, coverage=raster.coverage, leaves=leaves)
        means = _means(sites, source) if raster.name_of is None else np.full(len(touches), np.nan)
        for i, touch in enumerate(touches):
            wide, high = sizes[i].tolist()
            _note_areas(around, i, touch, (wide, high), float(means[i]))
            if around.beside(i, concern=True):
                _note_places(around, i, touch, float(reach[i]))
            reasons = [Reason.OUTSIDE_COVERAGE] if leaves[i] else []
            reasons += _note_untold_axis(around, i, touch) if axial[i] else _note_untold(around, i, touch)
            touch.reasons = tuple(reasons)
        note_widths(sites, [touch for touch in touches if _may_be_slim(touch, sites.ground.plane.unit_m)])
        for i, touch in enumerate(touches):
            untold = bool(near_border[i]) or around.untold_beside(i)
            touch.reasons += _reasons(
                touch,
                axial=bool(axial[i]),
                near_m=near_m + float(reach[i]),
                untold=untold,
                reaching=bool(reach[i] > 0),
            )
    return touches


def _means(sites: Sites, source: CellSource) -> Floats:
    shapes = transform(sites.ground.shapes, sites.ground.plane.crs, crs_of(source.grid))
    return zonal_statistics(source, shapes).mean


def _note_areas(around: Around, i: int, touch: Touch, size: tuple[float, float], mean: float) -> None:
    """Fill in the ground of each kind, and what of it is the matter."""
    ground = around.sites.ground
    area = float(ground.area_m2[i])
    if not area:
        touch.cells = CellEvidence(size, 0.0, None, None, ())
        return
    kinds = sorted(around.areas_m2(i), key=lambda one: (-one[1], one[0].label.zh))
    touch.cells = CellEvidence(
        cell_m=size,
        cells=around.size(i),
        known_share=min(sum(m2 for kind, m2 in kinds if kind.is_known) / area, 1.0),
        mean=None if np.isnan(mean) else mean,
        classes=tuple(ClassShare(k.label, m2, m2 / area, k.is_concern, k.is_known) for k, m2 in kinds),
    )
    touch.zones = tuple((kind.label.zh, m2) for kind, m2 in kinds)
    touch.area_m2 = sum((m2 for kind, m2 in kinds if kind.is_concern), 0.0)
    touch.planar_m2 = touch.area_m2 / area * float(ground.planar_m2[i])
    touch.concerned = touch.area_m2 > CONTACT_AREA_M2
    if touch.concerned:
        touch.taken = tuple(Taken(kind.zone, area_m2=m2) for kind, m2 in kinds if kind.is_concern)


def _note_places(around: Around, i: int, touch: Touch, reach_m: float) -> None:
    """Fill in where the matter lies: the shape, the length, the points, or how far away it is."""
    own, drawn = (r.take(np.array([i])) for r in (around.sites.ground, around.sites.drawn))
    areas = Regions(np.array([around.concern(i)], dtype=object), own.plane)
    if own.dimensions[0] < 2:
        pairs = overlap_pairs(own, areas)
        touch.count = int(pairs.count.sum())
        touch.concerned = touch.count > 0 or float(pairs.length_m.sum()) > CONTACT_WIDTH_M
        kinds = around.concerns(i).items() if touch.concerned else ()
        met = [kind for kind, cells in kinds if shapely.intersects(own.shapes[0], cells)]
        touch.taken = tuple(Taken(kind.zone) for kind in met)
        touch.zones = tuple((kind.label.zh, 0.0) for kind in met)
    if drawn.dimensions[0] == 1:
        touch.length_m = float(overlap_pairs(drawn, areas).length_m.sum())
    touch.distance_m = 0.0 if touch.concerned else _distance_m(own, areas)
    if touch.concerned:
        part = shapely.intersection(own.shapes, areas.shapes)
        touch.shape = keep_dimension(part, int(own.dimensions[0]))[0]
    for kind, cells in around.concerns(i).items() if reach_m > 0 else ():
        away = _distance_m(own, Regions(np.array([cells], dtype=object), own.plane))
        if away is not None and 0 < away <= reach_m:
            touch.taken = (*touch.taken, Taken(kind.zone, distance_m=away))


def _may_be_slim(touch: Touch, unit_m: float) -> bool:
    """Whether an overlap may be nowhere wider than a contact; twice area by perimeter is never more than its width.

    Wider ones are not measured: of stairs of cells the width says nothing.
    """
    if touch.shape is None or not touch.area_m2:
        return False
    return bool(2 * touch.shape.area * unit_m <= CONTACT_WIDTH_M * touch.shape.length)


def _distance_m(own: Regions, areas: Regions) -> float | None:
    distance = float(nearest_distance_m(own, areas)[0])
    return None if np.isnan(distance) else distance


def _note_untold(around: Around, i: int, touch: Touch) -> list[Reason]:
    """Fill in the ground that no cell tells; gives what is unsure about the site."""
    area = float(around.sites.ground.area_m2[i])
    covered_m2 = max(area - touch.uncovered_m2, 0.0) if i in around.covered else area
    untold_m2 = around.untold_m2(i, covered_m2)
    unlisted_m2 = sum(m2 for kind, m2 in around.areas_m2(i) if not kind.is_known)
    reasons: list[Reason] = []
    if untold_m2 > UNCOVERED_M2:
        reasons.append(Reason.NO_CELL_DATA)
        _add_uncovered(touch, around.rest(i))
        if touch.uncovered_m2 < area:
            touch.uncovered_m2 += untold_m2
    return [*reasons, *([Reason.UNKNOWN_CLASS] if unlisted_m2 > UNCOVERED_M2 else [])]


def _note_untold_axis(around: Around, i: int, touch: Touch) -> list[Reason]:
    """The same for a line or point without a width."""
    if not around.untold_beside(i):
        return []
    rest = around.rest(i)
    if not shapely.is_empty(rest):
        _add_uncovered(touch, rest)
        return [Reason.NO_CELL_DATA]
    return [] if shapely.is_empty(around.rest(i, listed=True)) else [Reason.UNKNOWN_CLASS]


def _add_uncovered(touch: Touch, rest: BaseGeometry) -> None:
    before = touch.uncovered_shape
    touch.uncovered_shape = rest if before is None else shapely.union(before, rest)


def _reasons(touch: Touch, *, axial: bool, near_m: float, untold: bool, reaching: bool) -> tuple[Reason, ...]:
    """What else keeps a site from a plain answer."""
    reasons: list[Reason] = []
    distance = np.inf if touch.distance_m is None else touch.distance_m
    if touch.concerned:
        if touch.widest_m is not None and touch.widest_m <= CONTACT_WIDTH_M:
            reasons.append(Reason.EDGE_CONTACT)
    elif axial and (untold or distance <= near_m):
        reasons.append(Reason.NEEDS_WIDTH)
    elif distance <= CONTACT_WIDTH_M:
        reasons.append(Reason.EDGE_CONTACT)
    return (*reasons, *((Reason.REACH_UNCOVERED,) if reaching and untold else ()))
