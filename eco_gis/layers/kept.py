"""Reading and preparing layers with a store: what was made from the same files is taken from there.

What comes from the store is the same to the last bit as what would be made. Layers from a database and
layers graded 涉密 are never kept.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

import geopandas as gpd
import shapely
from geopandas.array import from_shapely
from pyproj import CRS

from eco_gis.errors import LayerReadError, Problem, UsageError
from eco_gis.geometry.crs import Plane
from eco_gis.geometry.overlay import Groups
from eco_gis.geometry.regions import PIECE_VERTICES, Pieces, Regions
from eco_gis.geometry.wkb import PackedShapes
from eco_gis.layers.prepare import prepare
from eco_gis.layers.store import Store
from eco_gis.layers.vector import Raw, file_sha256, read_vector
from eco_gis.model.layer import Layer, LayerSpec, Secrecy
from eco_gis.text import Text

T = TypeVar("T")

_TOLD = ("bounds", "total_bounds", "dimensions", "area_m2", "planar_m2", "length_m")
"""What is asked of most regions, and kept with them."""

_NOTED = ("count", "box", "notes", "unreadable")
"""What is asked of most raw layers, and noted of them."""


class Keeper:
    """Reads and prepares layers, by way of a store where there is one.

    What is small and asked of many layers in every run stands in one entry, the notes of a catalog's layers.
    """

    def __init__(self, store: Store | None) -> None:
        self._store = store
        self._states: dict[Path, tuple[str, str]] = {}
        self.hashes: dict[Path, str] = {}
        """SHA-256 of files as they were read."""
        self._lasting: frozenset[str] = frozenset()
        self._passing: set[str] = set()
        self._notes: dict[tuple[str, ...], Any] = {}
        self._notes_key, self._grown = "", False

    def know(self, specs: Iterable[LayerSpec]) -> None:
        """Take up what earlier runs noted of a catalog's layers; of others, such as site files, nothing is."""
        keyed = [self._keyed(spec) for spec in specs]
        self._lasting = frozenset(found[1] for found in keyed if found is not None)
        if self._store is not None and self._lasting:
            self._notes_key = self._store.key("notes", *sorted(self._lasting))
            (self._notes,) = self._store.read(self._notes_key) or ({},)

    def note_down(self) -> None:
        """Keep the notes for the next run."""
        if self._store is not None and self._grown:
            self._store.write(self._notes_key, self._notes)
            self._grown = False

    def sha256(self, file: Path) -> str:
        """SHA-256 of a file, taken once."""
        if file not in self.hashes:
            self.hashes[file] = file_sha256(file)
        return self.hashes[file]

    def read(self, spec: LayerSpec) -> Raw:
        """`read_vector`, or what it gave before for the same files and entry.

        Raises
        ------
        LayerReadError
            As `read_vector`; and when its `frame` is asked for, if the file was changed after it was noted.
        """
        keyed = self._keyed(spec)
        if self._store is None or keyed is None:
            return read_vector(spec)
        state, key = keyed
        if key not in self._lasting:
            self._passing.add(key)
        noted = self._notes.get(("raw", key))
        if noted is not None:
            srs, rest = noted
            return Raw(lambda: self._frame(spec, state, key), _crs(srs), **rest, key=key)
        packed = self._store.get_or_make(
            key, lambda: _packed_raw(read_vector(spec)), sure=lambda _: _state(spec.file) == state
        )
        if _state(spec.file) != state:
            # a file that is changed while it is read gives no key, and nothing is kept of it
            for part in _parts(spec.file):
                self.hashes.pop(part, None)
            return _unpacked_raw(packed, "")
        self.told(("raw", key), lambda: (packed["srs"], packed["rest"]))
        return _unpacked_raw(packed, key)

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
        layer = _unpacked(packed, key, spec, plane, coverage)
        if coverage is not None and raw.key in self._lasting:
            meeting = ("misses", raw.key, key, coverage.key)
            vars(layer)["misses_coverage"] = self.told(meeting, lambda: layer.misses_coverage)
        return layer

    def told(self, parts: tuple[str, ...], make: Callable[[], T]) -> T:
        """What follows from the parts, each the key of a raw layer or words; an empty key stands for none.

        It is noted unless one of the layers is not of the catalog.
        """
        if parts in self._notes:
            told: T = self._notes[parts]
            return told
        made = make()
        if self._notes_key and all(parts) and self._passing.isdisjoint(parts):
            self._notes[parts] = made
            self._grown = True
        return made

    def _keyed(self, spec: LayerSpec) -> tuple[str, str] | None:
        """State of the layer's files and the key of what is read of them; None where it may not be kept."""
        if self._store is None or spec.address or spec.secrecy is Secrecy.SECRET or not spec.file.exists():
            return None
        try:
            state, content = self._content(spec.file)
        except OSError:  # whoever reads the file is told why it cannot be read
            return None
        return state, self._store.key("raw", content, _entry(spec))

    def _content(self, file: Path) -> tuple[str, str]:
        """State and SHA-256 of a file with all that lie beside it under its name."""
        if file not in self._states:
            state = _state(file)
            digest = hashlib.sha256()
            for part in _parts(file):
                digest.update(f"{part.name}\0{self.sha256(part)}\0".encode())
            self._states[file] = state, digest.hexdigest()
        return self._states[file]

    def _frame(self, spec: LayerSpec, state: str, key: str) -> gpd.GeoDataFrame:
        """The records of a layer that is noted; read anew where they are kept no more."""
        assert self._store is not None  # nothing is noted without one
        kept: tuple[dict[str, Any]] | None = self._store.read(key)
        if kept is None:
            kept = (_packed_raw(read_vector(spec)),)
            if _state(spec.file) != state:
                raise _changed(spec)
            self._store.write(key, kept[0])
        return _frame_of(kept[0])


def _changed(spec: LayerSpec) -> LayerReadError:
    what = Text("文件在运行过程中被改动", "the file was changed during the run")
    remedy = Text("不再改动后重新运行", "make the run again when nobody changes it")
    return LayerReadError(problems=[Problem(f"{spec.id} ({spec.file.name})", what, remedy)])


@functools.lru_cache(maxsize=64)
def _crs(srs: str) -> CRS:
    """One CRS for all layers that name it alike: it is parsed once."""
    return CRS.from_user_input(srs)


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
    return json.dumps(_plain(spec), default=_plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """A part of an entry as JSON takes it."""
    if is_dataclass(value):
        return {f.name: getattr(value, f.name) for f in fields(value)}
    return str(value)


def _packed_raw(raw: Raw) -> dict[str, Any]:
    name = raw.frame.geometry.name
    return {
        "table": raw.frame.drop(columns=name),
        "position": raw.frame.columns.get_loc(name),
        "geometry": (name, PackedShapes.of(raw.frame.geometry.array)),
        "srs": raw.crs.srs,
        "rest": {name: getattr(raw, name) for name in _NOTED},
    }


def _unpacked_raw(packed: dict[str, Any], key: str) -> Raw:
    return Raw(lambda: _frame_of(packed), _crs(packed["srs"]), **packed["rest"], key=key)


def _frame_of(packed: dict[str, Any]) -> gpd.GeoDataFrame:
    name, shapes = packed["geometry"]
    crs = _crs(packed["srs"])
    table = packed["table"].copy()
    table.insert(packed["position"], name, from_shapely(shapes.whole, crs=crs))
    return gpd.GeoDataFrame(table, geometry=name, crs=crs)


def _packed(layer: Layer) -> dict[str, Any]:
    return {
        "features": _packed_regions(layer.features),
        "footprint": None if layer.footprint is layer.features else _packed_regions(layer.footprint),
        "sources": (layer.footprint_sources.members, layer.footprint_sources.ends),
        "delivered": None if layer.delivered is None else PackedShapes.of(layer.delivered),
        "delivered_srs": None if layer.delivered_crs is None else layer.delivered_crs.srs,
        "rest": {
            name: getattr(layer, name) for name in ("attributes", "repairs", "lost", "source_crs", "notes")
        },
    }


def _unpacked(
    packed: dict[str, Any], key: str, spec: LayerSpec, plane: Plane, coverage: Regions | None
) -> Layer:
    features = _unpacked_regions(packed["features"], f"{key}/features", plane)
    footprint, srs = packed["footprint"], packed["delivered_srs"]
    return Layer(
        spec=spec,
        features=features,
        footprint=features if footprint is None else _unpacked_regions(footprint, f"{key}/footprint", plane),
        footprint_sources=Groups(*packed["sources"]),
        coverage=coverage,
        delivered=packed["delivered"],
        delivered_crs=None if srs is None else _crs(srs),
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
        "shapes": regions.packed,
        "told": told,
        "pieces": (PackedShapes.of(regions.pieces.shapes), regions.pieces.source) if cut else None,
    }


def _unpacked_regions(packed: dict[str, Any], key: str, plane: Plane) -> Regions:
    regions = Regions.of_packed(packed["shapes"], plane, packed["told"])
    regions.key = key
    if packed["pieces"] is not None:
        shapes, source = packed["pieces"]
        vars(regions)["pieces"] = Pieces(shapes, source)
    return regions
