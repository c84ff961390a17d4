"""Where this program keeps what it can make again: compiled kernels, prepared layers."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
import time
import uuid
from collections.abc import Iterable, Iterator
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


UNUSED_DAYS = 90
"""What was made and not used for so long is dropped: every version of the program makes its own."""


def drop_unused(folders: Iterable[Path]) -> None:
    """Remove folders that nobody used for `UNUSED_DAYS` days, by their time.

    A folder is moved aside before it is emptied, so that no other process finds half of one.
    """
    for folder in folders:
        aside = folder.with_name(f".dropped-{uuid.uuid4().hex}")
        with contextlib.suppress(OSError):  # another process drops it too, or holds it
            if time.time() - folder.stat().st_mtime > UNUSED_DAYS * 86_400:
                folder.rename(aside)
                shutil.rmtree(aside, ignore_errors=True)


def source_hash(folder: Path, endings: Iterable[str] = (".py",)) -> str:
    """SHA-256 over names and bytes of all files below `folder` with one of the endings."""
    digest = hashlib.sha256()
    for name in sorted(_below(str(folder), "", tuple(endings))):
        digest.update(name.encode() + b"\0")
        with open(f"{folder}/{name}", "rb") as stream:  # noqa: PTH123  # hundreds of them at every start
            digest.update(stream.read() + b"\0")
    return digest.hexdigest()


def _below(folder: str, place: str, endings: tuple[str, ...]) -> Iterator[str]:
    """Files with one of the endings, by their path below `folder`."""
    with os.scandir(f"{folder}/{place}") as there:
        for entry in there:
            if entry.is_dir(follow_symlinks=False):
                yield from _below(folder, f"{place}{entry.name}/", endings)
            elif entry.name.endswith(endings):
                yield f"{place}{entry.name}"
