"""Reading and preparing layers with a store: what was made from the same files is taken from there.

What comes from the store is the same to the last bit as what would be made. Layers from a database and
layers graded 涉密 are never kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import shapely
from geopandas.array import from_shapely
from numpy.typing import NDArray

from eco_gis.errors import UsageError
from eco_gis.geometry.crs import Plane
from eco_gis.geometry.regions import PIECE_VERTICES, Pieces, Regions
from eco_gis.layers.prepare import prepare
from eco_gis.layers.store import Store
from eco_gis.layers.vector import Raw, file_sha256, read_vector
from eco_gis.model.layer import Layer, LayerSpec, Secrecy

T = TypeVar("T")

_TOLD = ("bounds", "dimensions", "area_m2", "planar_m2", "length_m")
"""What is asked of most regions, and kept with them."""


class Keeper:
    """Reads and prepares layers, by way of a store where there is one."""

    def __init__(self, store: Store | None) -> None:
        self._store = store
        self._hashes: dict[Path, tuple[str, str]] = {}

    def read(self, spec: LayerSpec) -> Raw:
        """`read_vector`, or what it gave before for the same files and entry."""
        if self._store is None or spec.address or spec.secrecy is Secrecy.SECRET or not spec.file.exists():
            return read_vector(spec)
        state, content = self._content(spec.file)
        key = self._store.key("raw", content, _entry(spec))
        packed = self._store.get_or_make(
            key, lambda: _packed_raw(read_vector(spec)), sure=lambda _: _state(spec.file) == state
        )
        # a file that is changed while it is read gives no key, and nothing is kept of it
        return _unpacked_raw(packed, key if _state(spec.file) == state else "")

    def prepare(
        self, raw: Raw, spec: LayerSpec, plane: Plane, *, coverage: Regions | None, accept_repair: bool
    ) -> Layer:
        """`prepare`, or what it gave before for the same layer on the same plane."""

        def make() -> Layer:
            return prepare(raw, spec, plane, coverage=coverage, accept_repair=accept_repair)

        if self._store is None or not raw.key:
            return make()
        where = json.dumps([plane.crs.to_wkt(), plane.domain])
        key = self._store.key("layer", raw.key, _entry(spec), where, str(accept_repair))
        packed = self._store.get_or_make(key, lambda: _packed(make()))
        return _unpacked(packed, key, spec, plane, coverage)

    def told(self, parts: tuple[str, ...], make: Callable[[], T]) -> T:
        """What follows from the parts, each a key or words; an empty key stands for what has none."""
        if self._store is None or not all(parts):
            return make()
        return self._store.get_or_make(self._store.key("told", *parts), make)

    def _content(self, file: Path) -> tuple[str, str]:
        """State and SHA-256 of a file with all that lie beside it under its name."""
        if file not in self._hashes:
            state = _state(file)
            digest = hashlib.sha256()
            for part in _parts(file):
                digest.update(f"{part.name}\0{file_sha256(part)}\0".encode())
            self._hashes[file] = state, digest.hexdigest()
        return self._hashes[file]


def _parts(file: Path) -> list[Path]:
    """The file, and what may belong to it: .dbf, .prj and .cpg of a Shapefile, the journal of a GeoPackage."""
    beside = (p for p in file.parent.iterdir() if p.name.startswith((f"{file.stem}.", f"{file.name}-")))
    return sorted({file, *beside})


def _state(file: Path) -> str:
    """Names, sizes and times of the parts: differs once something was written."""
    found = []
    for part in _parts(file):
        for member in sorted(part.rglob("*")) if part.is_dir() else [part]:
            stat = member.stat()
            found.append(f"{member}:{stat.st_size}:{stat.st_mtime_ns}")
    return "|".join(found)


def _entry(spec: LayerSpec) -> str:
    """The whole catalog entry: any change of it makes another layer."""
    return json.dumps(asdict(spec), default=str, ensure_ascii=False)


def _packed_raw(raw: Raw) -> dict[str, Any]:
    name = raw.frame.geometry.name
    return {
        "table": raw.frame.drop(columns=name),
        "position": raw.frame.columns.get_loc(name),
        "geometry": (name, _wkb(raw.frame.geometry.array)),
        "rest": replace(raw, frame=None),  # packed above, put back in `_unpacked_raw`
    }


def _unpacked_raw(packed: dict[str, Any], key: str) -> Raw:
    rest: Raw = packed["rest"]
    name, wkb = packed["geometry"]
    table = packed["table"]
    table.insert(packed["position"], name, from_shapely(_shapes(wkb), crs=rest.crs))
    return replace(rest, frame=gpd.GeoDataFrame(table, geometry=name, crs=rest.crs), key=key)


def _packed(layer: Layer) -> dict[str, Any]:
    sources = layer.footprint_sources
    return {
        "features": _packed_regions(layer.features),
        "footprint": _packed_regions(layer.footprint),
        "sources": (
            np.concatenate([*sources, np.zeros(0, dtype=np.intp)]),
            np.array([len(s) for s in sources], dtype=np.intp),
        ),
        "delivered": None if layer.delivered is None else _wkb(layer.delivered),
        "rest": {
            name: getattr(layer, name)
            for name in ("attributes", "repairs", "lost", "source_crs", "delivered_crs", "notes")
        },
    }


def _unpacked(
    packed: dict[str, Any], key: str, spec: LayerSpec, plane: Plane, coverage: Regions | None
) -> Layer:
    source, size = packed["sources"]
    return Layer(
        spec=spec,
        features=_unpacked_regions(packed["features"], f"{key}/features", plane),
        footprint=_unpacked_regions(packed["footprint"], f"{key}/footprint", plane),
        footprint_sources=tuple(np.split(source, np.cumsum(size)[:-1])) if len(size) else (),
        coverage=coverage,
        delivered=None if packed["delivered"] is None else _shapes(packed["delivered"]),
        **packed["rest"],
    )


def _packed_regions(regions: Regions) -> dict[str, Any]:
    told = {}
    for name in _TOLD:
        with contextlib.suppress(UsageError):  # beyond the plane: whoever asks is told again
            told[name] = getattr(regions, name)
    vertices = shapely.get_num_coordinates(regions.shapes[regions.dimensions == 2])
    cut = (vertices > PIECE_VERTICES).any()
    return {
        "shapes": _wkb(regions.shapes),
        "told": told,
        "pieces": (_wkb(regions.pieces.shapes), regions.pieces.source) if cut else None,
    }


def _unpacked_regions(packed: dict[str, Any], key: str, plane: Plane) -> Regions:
    regions = Regions(_shapes(packed["shapes"]), plane)
    regions.key = key
    vars(regions).update(packed["told"])
    if packed["pieces"] is not None:
        wkb, source = packed["pieces"]
        vars(regions)["pieces"] = Pieces(_shapes(wkb), source)
    return regions


def _wkb(shapes: Any) -> list[bytes | None]:
    wkb: list[bytes | None] = shapely.to_wkb(np.asarray(shapes, dtype=object), flavor="iso").tolist()
    return wkb


def _shapes(wkb: list[bytes | None]) -> NDArray[Any]:
    return np.asarray(shapely.from_wkb(np.array(wkb, dtype=object)), dtype=object)
