"""Manners for working with GDAL: what it says is gathered, its errors become ours, its curves are fine."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyogrio

from eco_gis.errors import LayerReadError, Problem
from eco_gis.text import Text

READ_ERRORS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.GeometryError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.FieldError,
    UnicodeDecodeError,
)
"""What pyogrio raises over a damaged file."""
ARC_STEP_DEG = 0.25
"""Angle of one straight edge of a curve; a whole circle loses 3 millionths of its area."""


def damaged(path: Path, error: BaseException) -> LayerReadError:
    """The error for a file that cannot be opened or decoded, in the reader's words without its hints."""
    said = str(error).split("; It might help")[0].strip().splitlines()
    detail = said[0] if said else type(error).__name__
    what = Text(f"无法读取：{detail}", f"cannot be read: {detail}")
    remedy = Text(
        "从数据源重新导出该图层，或用副本恢复",
        "export the layer again from its source, or restore it from a copy",
    )
    if "SHAPE_RESTORE_SHX" in detail:
        what = Text("无法读取：缺少 .shx 文件", "cannot be read: its .shx file is missing")
        remedy = Text(
            "提交 Shapefile 的全部文件：.shp .shx .dbf .prj",
            "deliver all files of the Shapefile: .shp .shx .dbf .prj",
        )
    return LayerReadError(problems=[Problem(str(path), what, remedy)])


@contextmanager
def fine_curves() -> Iterator[None]:
    """Let GDAL make arcs of edges of `ARC_STEP_DEG` instead of 4°, at which a circle loses 0.08 %."""
    before = pyogrio.get_gdal_config_option("OGR_ARC_STEPSIZE")
    pyogrio.set_gdal_config_options({"OGR_ARC_STEPSIZE": str(ARC_STEP_DEG)})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_ARC_STEPSIZE": before})


@contextmanager
def quiet(level: int = logging.WARNING) -> Iterator[list[str]]:
    """Gather what the readers say instead of letting it reach the screen.

    Yields a list that messages of at least `level` join as they come; warnings join when the block ends.
    """
    said: list[str] = []
    handler = _Gatherer(said, level)
    loggers = [logging.getLogger(name) for name in ("pyogrio", "fiona", "rasterio")]
    before = [(log.propagate, log.level) for log in loggers]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for log in loggers:
            log.propagate = False
            log.setLevel(logging.WARNING)
            log.addHandler(handler)
        try:
            yield said
        finally:
            for log, (propagate, level) in zip(loggers, before, strict=True):
                log.propagate = propagate
                log.setLevel(level)
                log.removeHandler(handler)
            said += [str(w.message) for w in caught]
            said[:] = list(dict.fromkeys(said))


class _Gatherer(logging.Handler):
    def __init__(self, said: list[str], level: int) -> None:
        super().__init__(level)
        self._said = said

    def emit(self, record: logging.LogRecord) -> Any:
        self._said.append(record.getMessage())
