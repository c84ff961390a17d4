"""Ground with a class before and after, made of two surveys or of the survey's own update process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.change.ground import ground_of
from eco_gis.geometry.overlay import difference, footprint, overlap_pairs, overlap_parts
from eco_gis.geometry.regions import Regions
from eco_gis.layers.classes import Scheme
from eco_gis.model.layer import Layer
from eco_gis.model.nature import SAME, UNTOLD

Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]
Key = tuple[str, str, str]
"""Code before, code after, and what the update process says of it."""


@dataclass(frozen=True)
class State:
    """One year's parcels, disjoint, each with its code."""

    regions: Regions
    codes: tuple[str, ...]

    def take(self, index: NDArray[np.intp]) -> State:
        """Some of the parcels."""
        return State(self.regions.take(index), tuple(self.codes[i] for i in index))


def state_of(layer: Layer, scheme: Scheme) -> State:
    """The parcels of a survey or vector land cover by field `code`; where they overlap, the first counts.

    A code the scheme does not know stays as it is.
    """
    ground = ground_of(layer)
    codes = [scheme.of(str(v)).code for v in layer.attributes["code"]]
    return State(ground.regions, tuple(codes[f] for f in ground.feature))


@dataclass(frozen=True)
class Classed:
    """Parts of some ground, each with its codes; together they are that ground. Sequences of one length."""

    cell: NDArray[np.intp]
    """Position of the ground that each part lies in."""
    keys: tuple[Key, ...]
    area_m2: Floats
    """Ellipsoidal."""
    planar_m2: Floats
    shapes: Shapes
    """None where nobody asks for the shape: unchanged parcels, and cells of rasters that keep their group."""

    @classmethod
    def joined(cls, parts: Sequence[Classed]) -> Classed:
        """Several as one."""
        return cls(
            np.concatenate([p.cell for p in parts]),
            tuple(key for p in parts for key in p.keys),
            np.concatenate([p.area_m2 for p in parts]),
            np.concatenate([p.planar_m2 for p in parts]),
            np.concatenate([p.shapes for p in parts]),
        )


def between_states(cells: Regions, before: State, after: State) -> Classed:
    """Cross two states within disjoint cells.

    Parcels that stand in both with the same shape and code are not cut again: their ground is unchanged.
    """
    kept_old, kept_new = _twins(before, after)
    old, new = before.take(_others(before, kept_old)), after.take(_others(after, kept_new))
    crossed = [
        part
        for cell, first, shapes in (*_under(cells, old), _outside(cells, before.regions))
        for part in _crossed(cell, first, Regions(shapes, cells.plane), new)
    ]
    return Classed.joined([_unchanged(cells, before.take(kept_old)), *crossed])


def from_update(
    cells: Regions, update: Layer, scheme: Scheme, *, base: State | None, base_is_opening: bool
) -> Classed:
    """Take the changes that a survey's update process lists within disjoint cells; the rest did not change.

    Parameters
    ----------
    update
        Features with `code_before`, `code` and perhaps `kind`. What lies outside its declared coverage is
        not known to be unchanged.
    base, base_is_opening
        A survey of one end of the period, which tells the class of the ground that did not change.
    """
    ground = ground_of(update)
    listed = _update_keys(update, scheme)
    changed, place, shapes = overlap_parts(cells, ground.regions)
    keys = tuple(listed[ground.feature[b]] for b in place)
    parts = [measured(changed, keys, Regions(shapes, cells.plane))]
    cell, _, rest = _outside(cells, ground.regions)
    silent = Regions(rest, cells.plane)
    whole = update.coverage if update.coverage is not None else Regions.empty(cells.plane)
    inside, _, shapes = overlap_parts(silent, footprint(whole).regions)
    parts += _silent(
        cell[inside], Regions(shapes, cells.plane), base, lambda code: (code or SAME, code or SAME, "")
    )
    beyond, _, shapes = _outside(silent, whole)
    outer = Regions(shapes, cells.plane)
    untold = (lambda c: (c, UNTOLD, "")) if base_is_opening else (lambda c: (UNTOLD, c, ""))
    return Classed.joined([*parts, *_silent(cell[beyond], outer, base, untold)])


def _silent(
    cell: NDArray[np.intp], ground: Regions, base: State | None, key: Callable[[str], Key]
) -> Iterator[Classed]:
    """Ground of which the update process says nothing, with the class that the base survey gives it."""
    if base is not None:
        under, parcel, shapes = overlap_parts(ground, base.regions)
        keys = tuple(key(base.codes[b]) for b in parcel)
        yield measured(cell[under], keys, Regions(shapes, ground.plane))
    position, _, shapes = _outside(ground, base.regions if base is not None else Regions.empty(ground.plane))
    yield measured(cell[position], (key(UNTOLD),) * len(position), Regions(shapes, ground.plane))


def measured(cell: NDArray[np.intp], keys: tuple[Key, ...], ground: Regions) -> Classed:
    """Parts of cells with their codes, each of one shape of the ground."""
    return Classed(cell, keys, ground.area_m2, ground.planar_m2, ground.shapes)


def _unchanged(cells: Regions, parcels: State) -> Classed:
    pairs = overlap_pairs(cells, parcels.regions)
    keys = tuple((parcels.codes[b], parcels.codes[b], "") for b in pairs.b)
    return Classed(pairs.a, keys, pairs.area_m2, pairs.planar_m2, np.full(len(pairs), None, dtype=object))


def _under(cells: Regions, parcels: State) -> Iterator[tuple[NDArray[np.intp], list[str], Shapes]]:
    """The ground of the cells under parcels: cell, code, shape."""
    cell, parcel, shapes = overlap_parts(cells, parcels.regions)
    yield cell, [parcels.codes[b] for b in parcel], shapes


def _outside(cells: Regions, parcels: Regions) -> tuple[NDArray[np.intp], list[str], Shapes]:
    """The ground of the cells outside all parcels."""
    rest = difference(cells, parcels)
    bare = np.flatnonzero(~shapely.is_empty(rest))
    return bare, [UNTOLD] * len(bare), rest[bare]


def _crossed(cell: NDArray[np.intp], first: list[str], ground: Regions, after: State) -> Iterator[Classed]:
    """Ground with its code before, under the parcels of the year after and outside them."""
    for second_at, second, shapes in (*_under(ground, after), _outside(ground, after.regions)):
        keys = tuple((first[a], code, "") for a, code in zip(second_at, second, strict=True))
        yield measured(cell[second_at], keys, Regions(shapes, ground.plane))


def _twins(before: State, after: State) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions of the parcels that stand in both states with the same shape and code."""
    marks = [
        list(zip(shapely.to_wkb(shapely.normalize(s.regions.shapes)), s.codes, strict=True))
        for s in (before, after)
    ]
    both = set(marks[0]) & set(marks[1])
    old, new = (np.array([i for i, m in enumerate(side) if m in both], dtype=np.intp) for side in marks)
    return old, new


def _others(state: State, positions: NDArray[np.intp]) -> NDArray[np.intp]:
    return np.setdiff1d(np.arange(len(state.codes)), positions)


def _update_keys(update: Layer, scheme: Scheme) -> list[Key]:
    """Both codes and the kind of each feature of an update process."""
    table = update.attributes
    kinds = table["kind"] if "kind" in table else [""] * len(update)
    return [
        (scheme.of(str(a)).code, scheme.of(str(b)).code, str(kind).strip())
        for a, b, kind in zip(table["code_before"], table["code"], kinds, strict=True)
    ]
