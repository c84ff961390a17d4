"""The font of figures: an open CJK font that travels with the package, so that no figure shows boxes."""

from __future__ import annotations

import warnings
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.ft2font import FT2Font

from eco_gis.errors import EcoGisWarning

PACKAGED = "NotoSansSC-Subset.ttf"
SYSTEM = (
    *("Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "PingFang SC"),
    *("SimSun", "SimHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Arial Unicode MS"),
)
"""Families looked for when the packaged font lacks a character, in this order."""

MISSING = "〓"
"""Stands for a character that no font has (the printers' geta mark)."""


class Face:
    """The font in which one figure is lettered."""

    def __init__(self, path: Path, missing: frozenset[str]) -> None:
        self._path = path
        self._missing = missing

    def text(self, words: str) -> str:
        """The words with `MISSING` for what cannot be drawn."""
        return "".join(MISSING if c in self._missing else c for c in words)

    def at(self, size: float) -> FontProperties:
        """The font at a size in points."""
        return FontProperties(fname=self._path, size=size)


def face_for(words: str) -> Face:
    """The font that can draw all of `words`: the packaged one, else one of the system's.

    Warns
    -----
    EcoGisWarning
        When no font has all characters; those missing are drawn as `MISSING`.
    """
    wanted = frozenset(c for c in words if not c.isspace())
    packaged = _packaged()
    missing = wanted - _characters(packaged)
    if not missing:
        return Face(packaged, frozenset())
    for path in _system():
        if wanted <= _characters(path):
            return Face(path, frozenset())
    listed = " ".join(f"{c} (U+{ord(c):04X})" for c in sorted(missing))
    warnings.warn(
        f"no font on this computer has {listed}: the figures show {MISSING} instead; install Noto Sans CJK SC",
        EcoGisWarning,
        stacklevel=2,
    )
    return Face(packaged, missing)


@cache
def _packaged() -> Path:
    with as_file(files("eco_gis.outputs").joinpath("assets", "fonts", PACKAGED)) as path:
        return path


@cache
def _system() -> tuple[Path, ...]:
    known = {entry.name: Path(entry.fname) for entry in reversed(fontManager.ttflist)}
    return tuple(known[name] for name in SYSTEM if name in known)


@cache
def _characters(path: Path) -> frozenset[str]:
    return frozenset(map(chr, FT2Font(str(path)).get_charmap()))
