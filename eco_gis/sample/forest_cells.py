"""Grades of forest land as a raster, with three surveyed plots drawn on its cells, and what rasters answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import rasterio.features
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from eco_gis.layers.survey.writing import SurveyHeader, SurveyPlot, survey_text
from eco_gis.sample.county import County
from eco_gis.sample.land import CROP, GRASS, Raster
from eco_gis.sample.noise import stream
from eco_gis.sample.sites import Site
from eco_gis.sample.tables import PLANE
from eco_gis.sample.truths import NEAR_M, answer_of, ground_of

GRADES = {"Ⅰ级": 1, "Ⅱ级": 2, "Ⅲ级": 3, "Ⅳ级": 4}
NO_FOREST = 9
DENSE = 70
"""Tree cover in percent from which the catalog calls it dense."""
PLOT_FILE = "plot_forest_cells.txt"
_BLOCK = (8, 18)
"""Rows and columns of open ground around the three plots."""
_PLOTS = {"林地等级": (2, 2, 4, 5), "云下缺数": (2, 9, 4, 4), "无林地": (2, 14, 2, 2)}
"""First row and column in the block, rows and columns of each plot."""
_PLANTED = {"Ⅱ级": (2, 2, 1, 5), "Ⅲ级": (3, 2, 1, 3)}
"""Forest in the first plot, in the same way."""
_CLOUD = (3, 10, 1, 3)
"""Cells without data in the second."""


@dataclass(frozen=True)
class ForestCells:
    """The raster of grades and the plots on it."""

    grades: Raster
    plots: dict[str, BaseGeometry]
    """Ground of each plot by its name, cell on cell."""


def make_forest_cells(
    county: County, stands: Sequence[BaseGeometry], grades: Sequence[str], seed: int
) -> ForestCells:
    """Grade of the stand at the middle of each cell of the tree cover's grid, and three plots in open ground.

    Parameters
    ----------
    grades
        Grade of each stand, as the layer of stands has it.
    """
    trees = county.tree_cover
    codes = [(shape, GRADES[grade]) for shape, grade in zip(stands, grades, strict=True)]
    values = rasterio.features.rasterize(
        codes, out_shape=trees.values.shape, fill=NO_FOREST, transform=trees.transform, dtype=np.uint8
    )
    values = np.where(trees.values == 0, 0, values).astype(np.uint8)
    row, column = _open_block(county, values, seed)
    for grade, (r, c, rows, columns) in _PLANTED.items():
        values[row + r : row + r + rows, column + c : column + c + columns] = GRADES[grade]
    r, c, rows, columns = _CLOUD
    values[row + r : row + r + rows, column + c : column + c + columns] = 0
    raster = Raster(values, trees.transform)
    plots = {
        name: shapely.box(*shapely.total_bounds(_boxes(raster, row + r, column + c, rows, columns)))
        for name, (r, c, rows, columns) in _PLOTS.items()
    }
    return ForestCells(raster, plots)


def plot_text(cells: ForestCells) -> str:
    """The plots as one 勘测定界 TXT."""
    header = SurveyHeader(CRS.from_user_input(PLANE), "云岭县测绘单位（虚构）", date(2024, 11, 20))
    plots = [
        SurveyPlot(str(n), f"{name}地块（虚构）", shape, round(shape.area / 1e4, 4), purpose="公共服务")
        for n, (name, shape) in enumerate(cells.plots.items(), start=1)
    ]
    return survey_text(plots, header)


def forest_truths(cells: ForestCells) -> list[dict[str, Any]]:
    """What each plot takes of the raster, counted in cells; planar m²."""
    cell_m2 = abs(cells.grades.transform.a * cells.grades.transform.e)
    answers = ("concerned", "no_data", "not_concerned")
    found = []
    for answer, (name, (_, _, rows, columns)) in zip(answers, _PLOTS.items(), strict=True):
        forest = {g: r * c for g, (_, _, r, c) in _PLANTED.items()} if answer == "concerned" else {}
        untold = _CLOUD[2] * _CLOUD[3] if answer == "no_data" else 0
        rest = rows * columns - sum(forest.values()) - untold
        found.append(
            {
                "plot": name,
                "answer": answer,
                "planar_m2": {
                    **{g: n * cell_m2 for g, n in forest.items()},
                    "非林地": rest * cell_m2,
                },
                "untold_planar_m2": untold * cell_m2,
            }
        )
    return found


Asked = Mapping[str, tuple[Raster, Callable[[NDArray[Any]], NDArray[np.bool_]]]]
"""Layer id → raster, 0 for no data, and which of its values are the matter."""


def cell_answers(rasters: Asked, county: BaseGeometry, sites: Sequence[Site]) -> dict[str, dict[str, str]]:
    """Answers of rasters about sites, by plain shapely on the cells around each.

    Returns
    -------
    dict
        Site id → layer id → concerned, not_concerned or no_data.
    """
    answers: dict[str, dict[str, str]] = {site.id: {} for site in sites}
    for layer, (raster, is_concern) in rasters.items():
        for site in sites:
            ground = ground_of(site)
            boxes, values = _cells_around(raster, ground)
            matter = shapely.union_all(boxes[is_concern(values) & (values != 0)])
            known = shapely.union_all(boxes[values != 0]).intersection(county)
            answers[site.id][layer], _ = answer_of(ground, matter, known, outside=False)
    return answers


def touched_m2(rasters: Asked, ground: BaseGeometry) -> dict[str, float]:
    """Planar m² of a polygon on cells that are the matter, by layer; layers without any are left out."""
    found = {}
    for layer, (raster, is_concern) in rasters.items():
        boxes, values = _cells_around(raster, ground)
        matter = boxes[is_concern(values) & (values != 0)]
        found[layer] = round(float(shapely.area(shapely.intersection(matter, ground)).sum()), 3)
    return {layer: m2 for layer, m2 in found.items() if m2}


def _cells_around(raster: Raster, ground: BaseGeometry) -> tuple[NDArray[Any], NDArray[Any]]:
    """Cells on and near a shape as boxes, and their values."""
    row, column, rows, columns = _window(raster, shapely.buffer(ground, 2 * NEAR_M).bounds)
    values = raster.values[row : row + rows, column : column + columns].ravel()
    return _boxes(raster, row, column, rows, columns), values


def _open_block(county: County, values: NDArray[np.uint8], seed: int) -> tuple[int, int]:
    """First row and column of a block without forest, on crops or grass, well inside the county."""
    rows, columns = _BLOCK
    cover = county.land_cover.values[::2, ::2]
    is_open = (values == NO_FOREST) & np.isin(cover, (CROP, GRASS))
    windows = np.lib.stride_tricks.sliding_window_view(is_open, _BLOCK)
    share = windows.mean(axis=(2, 3))
    free = np.lib.stride_tricks.sliding_window_view(values == NO_FOREST, _BLOCK).all(axis=(2, 3))
    places = np.argwhere(free & (share > 0.6))
    inner = county.lines.county.buffer(-1_000)
    shapely.prepare(inner)
    raster = Raster(values, county.tree_cover.transform)
    for k in stream(seed, "forest cells").permutation(len(places)):
        row, column = (int(v) for v in places[k])
        if inner.contains(shapely.union_all(_boxes(raster, row, column, rows, columns))):
            return row, column
    raise AssertionError("no open ground for the plots on the raster of forest grades")


def _window(raster: Raster, bounds: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    """First row and column, rows and columns of the cells that a box touches."""
    t, (height, width) = raster.transform, raster.values.shape
    west, south, east, north = bounds
    left, right = (int(np.clip((x - t.c) // t.a, 0, width - 1)) for x in (west, east))
    top, bottom = (int(np.clip((y - t.f) // t.e, 0, height - 1)) for y in (north, south))
    return top, left, bottom - top + 1, right - left + 1


def _boxes(raster: Raster, row: int, column: int, rows: int, columns: int) -> NDArray[Any]:
    """Each cell of a window as a box, row by row."""
    t = raster.transform
    c, r = np.meshgrid(column + np.arange(columns), row + np.arange(rows))
    west, north = (t.c + t.a * c).ravel(), (t.f + t.e * r).ravel()
    return np.asarray(shapely.box(west, north + t.e, west + t.a, north))
