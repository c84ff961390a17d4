"""A folder of things that were made from files and need not be made again while the files stay the same.

An entry bears the hash of everything it was made from, so that a changed input is another entry and an old
one is never asked for. It is written beside its place and moved there in one step: two runs at once write
the same bytes, and a run that is killed leaves no half of one. What is read is checked against its own
checksum; whatever does not fit is dropped and made anew. Nothing here may fail a run: a folder that cannot
be written, a full disk or a locked file cost time only.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import logging
import os
import pickle
import platform
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely

from eco_gis.folders import UNUSED_DAYS, source_hash, user_cache

T = TypeVar("T")

LIMIT_BYTES = 4 << 30
"""Entries that were not used for longest are dropped where the folder grows beyond this; see also `UNUSED_DAYS`."""

_MAGIC = b"eco_gis layer 1\n"
_ENDING = ".kept"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Store:
    """Entries by key, in a folder of the user's own.

    >>> store = Store(Path(tempfile.mkdtemp()))
    >>> store.get_or_make(store.key("sum", "1 + 1"), lambda: 2)
    2
    >>> store.get_or_make(store.key("sum", "1 + 1"), lambda: 3)
    2
    """

    folder: Path = field(default_factory=lambda: user_cache() / "layers")
    limit_bytes: int = LIMIT_BYTES

    def key(self, *parts: str) -> str:
        """The key of what is made from the parts by this version of the program and its libraries."""
        digest = hashlib.sha256(program_version().encode())
        for part in parts:
            digest.update(f"\0{len(part)}\0{part}".encode())
        return digest.hexdigest()

    def get_or_make(
        self, key: str, make: Callable[[], T], *, sure: Callable[[T], bool] = lambda made: True
    ) -> T:
        """The entry, else what `make` gives, which is kept unless it raises or `sure` denies it after all."""
        found: tuple[T] | None = self.read(key)
        if found is not None:
            return found[0]
        made = make()
        if sure(made):
            self.write(key, made)
        return made

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{_ENDING}"

    def read(self, key: str) -> tuple[T] | None:
        """The entry; None where there is none that is whole."""
        path = self._path(key)
        try:
            whole = path.read_bytes()
        except OSError:
            return None
        try:
            head, payload = whole[: len(_MAGIC) + 32], memoryview(whole)[len(_MAGIC) + 32 :]
            if head != _MAGIC + hashlib.sha256(payload).digest():
                raise ValueError("its checksum does not fit")
            value: T = pickle.loads(payload)
        except Exception as error:  # damaged bytes may raise anything
            _log.warning("the kept layer %s cannot be used and is made anew: %s", path.name, error)
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return (value,)

    def write(self, key: str, value: object) -> None:
        """Keep a value, in place of an earlier one."""
        payload = pickle.dumps(value, protocol=5)
        aside = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".part", delete=False) as stream:
                aside = Path(stream.name)
                stream.write(_MAGIC + hashlib.sha256(payload).digest())
                stream.write(payload)
            aside.replace(self._path(key))
            self._shrink()
        except OSError as error:
            _log.info("a prepared layer could not be kept: %s", error)
            if aside is not None:
                with contextlib.suppress(OSError):
                    aside.unlink(missing_ok=True)

    def _shrink(self) -> None:
        """Drop the entries that were not used for longest."""
        stats = []
        with os.scandir(self.folder) as there:
            for entry in there:
                with contextlib.suppress(OSError):  # another run may drop it first
                    stat = entry.stat()
                    stats.append((stat.st_mtime, stat.st_size, entry.path))
        excess = sum(size for _, size, _ in stats) - self.limit_bytes
        unused = time.time() - UNUSED_DAYS * 86_400
        for used, size, path in sorted(stats):
            if excess <= 0 and used >= unused:
                return
            with contextlib.suppress(OSError):
                Path(path).unlink()
            excess -= size


@functools.lru_cache(maxsize=1)
def program_version() -> str:
    """What decides, besides the inputs, on what is made: the sources and the libraries below them."""
    libraries = (
        *(platform.python_version(), platform.machine(), np.__version__, pd.__version__),
        *(shapely.__version__, shapely.geos_version_string, pyproj.__version__, pyproj.proj_version_str),
        *(pyogrio.__version__, pyogrio.__gdal_version_string__),
    )
    return " ".join([source_hash(Path(__file__).parents[1], (".py", ".toml")), *libraries])
