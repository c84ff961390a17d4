"""Where this program keeps what it can make again: compiled kernels, prepared layers."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path

CACHE_VARIABLE = "ECO_GIS_CACHE"
"""Environment variable that names another folder."""


def user_cache() -> Path:
    """The user's own cache folder; it need not exist yet."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "eco_gis"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "eco_gis"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "eco_gis"


def source_hash(folder: Path, endings: Iterable[str] = (".py",)) -> str:
    """SHA-256 over names and bytes of all files below `folder` with one of the endings."""
    digest = hashlib.sha256()
    wanted = tuple(endings)
    sources = (p for p in folder.rglob("*") if p.suffix in wanted)
    for path in sorted(sources, key=lambda p: p.relative_to(folder).as_posix()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()
