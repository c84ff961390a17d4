"""A sound little county of files, each layer to be damaged as little as possible."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from shapely.affinity import rotate

from eco_gis.layers.catalog import load_catalog
from eco_gis.layers.gate.inspect import Gate, inspect_layers
from eco_gis.layers.project import load_layers

X0, Y0 = 540_000.0, 3_240_000.0
SIDE = 5_000.0
Layers = dict[str, gpd.GeoDataFrame]
Damage = Callable[[Layers], object]

ENTRIES = {
    "county": ("county", 'fields = { id = "XZQDM" }'),
    "township": ("township", 'fields = { id = "XZQDM", name = "XZQMC" }'),
    "unit": ("control_unit", 'fields = { id = "HJGKDYBM", zone = "GKDYFL" }'),
    "survey": ("land_survey", 'fields = { id = "BSM", code = "DLBM", area_m2 = "TBMJ" }'),
    "red23": ("redline", 'fields = { id = "HXBM", area_m2 = "MJ" }'),
    "red24": ("redline", 'fields = { id = "HXBM", area_m2 = "MJ" }'),
}
DATES = {
    "red23": ("2023-01-01", "2023-12-31"),
    "red24": ("2024-01-01", ""),
}


def cell(column: float, row: float, width: float = SIDE, height: float = SIDE) -> shapely.Polygon:
    """A box whose lower left corner lies `column`, `row` times 5 km from the county's corner."""
    x, y = X0 + column * SIDE, Y0 + row * SIDE
    return shapely.box(x, y, x + width, y + height)


def geod_m2(shape: Any) -> float:
    """Area on the ellipsoid as another library measures it."""
    to = pyproj.Transformer.from_crs(4549, 4490, always_xy=True)
    degrees = shapely.transform(shape, lambda xy: np.column_stack(to.transform(*xy.T)))
    return round(abs(pyproj.Geod(a=6378137.0, rf=298.257222101).geometry_area_perimeter(degrees)[0]), 2)


def sound_county() -> Layers:
    """Four townships, units and parcels that tile a county of 100 km², and two years of a redline."""
    grid = [cell(c, r) for r in (0, 1) for c in (0, 1)]
    # tilted, so that no border runs along another by chance
    red = [rotate(cell(0.4 + 0.08 * n, 1.2, 40.0, 200.0), 7.0 + n) for n in range(10)]
    columns: dict[str, tuple[list[Any], dict[str, list[Any]]]] = {
        "county": ([cell(0, 0, 2 * SIDE, 2 * SIDE)], {"XZQDM": ["330799"]}),
        "township": (grid, {"XZQDM": list("abcd"), "XZQMC": ["甲镇", "乙镇", "丙乡", "丁街道"]}),
        "unit": (
            grid,
            {
                "HJGKDYBM": [f"ZH330799{k}000{n}" for n, k in enumerate("1233")],
                "GKDYFL": ["优先保护单元", "重点管控单元", "一般管控单元", "一般管控单元"],
            },
        ),
        "survey": (
            grid,
            {
                "BSM": list("1234"),
                "DLBM": ["0101", "0201K", "0301", "1104A"],
                "TBMJ": [geod_m2(g) for g in grid],
            },
        ),
        "red23": (red, {"HXBM": [f"H{n}" for n in range(10)], "MJ": [geod_m2(g) for g in red]}),
        "red24": (red, {"HXBM": [f"H{n}" for n in range(10)], "MJ": [geod_m2(g) for g in red]}),
    }
    return {
        name: gpd.GeoDataFrame(fields, geometry=shapes, crs=4549)
        for name, (shapes, fields) in columns.items()
    }


def look(
    folder: Path, damage: Damage | None = None, *, lines: dict[str, str] | None = None, county: bool = True
) -> Gate:
    """Write the county, damaged, and let the gate look at it; `lines` are added to (or replace) entries."""
    layers = sound_county()
    if damage:
        damage(layers)
    text = []
    for name, (role, fields) in ENTRIES.items():
        if name == "county" and not county:
            continue
        layers[name].to_file(folder / "data.gpkg", layer=name)
        first, last = DATES.get(name, ("2022-01-01", ""))
        own = [f'id = "{name}"', f'role = "{role}"', 'file = "data.gpkg"', f'layer = "{name}"']
        own += [f"valid_from = {first}", *([f"valid_until = {last}"] if last else [])]
        own += ['coverage = "layer:county"'] if name != "county" and county else []
        own.append(fields)
        extra = (lines or {}).get(name, "")
        keys = {line.split(" =")[0] for line in extra.splitlines()}
        own = [line for line in own if line.split(" =")[0] not in keys]
        text.append("\n".join(["[[layer]]", *own, extra]))
    path = folder / "catalog.toml"
    path.write_text("\n\n".join(text), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return inspect_layers(load_layers(load_catalog(path)))


def said(gate: Gate, layer: str, *, fatal: bool | None = None) -> str:
    """What the gate says of one layer, in English."""
    return "\n".join(
        p.what.to("en") for p in gate.problems if layer in p.where and (fatal is None or p.fatal is fatal)
    )
