"""The folder of a run: written aside, renamed when it is whole, named by `latest` (law 10)."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO

from eco_gis.errors import EcoGisError, OutputError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LATEST = "latest"
_ASIDE, _LOCK = ".partial-", ".lock"
_FORBIDDEN = re.compile(
    r'[<>:"/\\|?*\x00-\x1f]|[. ]$|^\.|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)', re.IGNORECASE
)


class RunFolder:
    """A folder that appears whole or not at all.

    Inside the `with` block files go to `folder`, a hidden one; leaving the block without an exception
    renames it to `final` and rewrites `latest`. What killed runs left behind is removed when the next one
    begins; a lock tells the dead from the living.
    """

    folder: Path
    """Where to write, inside the block."""
    final: Path
    """Where the run stands, after the block."""

    def __init__(self, out_dir: Path, name: str) -> None:
        if not name or _FORBIDDEN.search(name):
            raise OutputError(f"{name!r} cannot be the name of a folder: use letters, digits, - and _")
        self._out, self._name = Path(out_dir), name

    def __enter__(self) -> RunFolder:
        with _told(self._out):
            self._out.mkdir(parents=True, exist_ok=True)
            _remove_dead(self._out)
            token = uuid.uuid4().hex[:12]
            self._lock_file = self._out / f"{_ASIDE}{token}{_LOCK}"
            self._lock = self._lock_file.open("w", encoding="ascii")
            _try_lock(self._lock)
            self.folder = self._out / f"{_ASIDE}{token}"
            self.folder.mkdir()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                with _told(self._out):
                    self.final = self._commit()
                    _point(self._out, self.final.name)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
            self._lock.close()
            with contextlib.suppress(OSError):
                self._lock_file.unlink()
        if isinstance(error, OSError) and not isinstance(error, EcoGisError):
            raise _explained(self._out, error) from error

    def _commit(self) -> Path:
        """Rename to the first free name; another run may take one at the same time."""
        for number in range(1, 10_000):
            final = self._out / (self._name if number == 1 else f"{self._name}-{number}")
            if final.exists():
                continue
            try:
                self.folder.rename(final)
            except FileExistsError:
                continue
            except OSError:
                if final.exists():
                    continue
                raise
            return final
        raise OutputError(f"{self._out} holds too many runs named {self._name}: move some away")


def _point(out_dir: Path, name: str) -> None:
    """Let `latest` name the run; readers see the old name or the new one."""
    aside = out_dir / f"{_ASIDE}{uuid.uuid4().hex[:12]}.txt"
    aside.write_text(f"{name}\n", encoding="utf-8", newline="\n")
    aside.replace(out_dir / LATEST)


def _remove_dead(out_dir: Path) -> None:
    """Remove what killed runs left; a folder whose lock is held, or has none, is left alone."""
    for lock_file in out_dir.glob(f"{_ASIDE}*{_LOCK}"):
        with contextlib.suppress(OSError):
            with lock_file.open("r+", encoding="ascii") as lock:
                if not _try_lock(lock):
                    continue
                shutil.rmtree(lock_file.with_suffix(""), ignore_errors=True)
            lock_file.unlink()


def _try_lock(stream: IO[str]) -> bool:
    """Take the lock that its holder loses when it dies; False where another holds it."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def _told(out_dir: Path) -> Iterator[None]:
    try:
        yield
    except OutputError:
        raise
    except OSError as error:
        raise _explained(out_dir, error) from error


def _explained(out_dir: Path, error: OSError) -> OutputError:
    return OutputError(
        f"cannot write results to {out_dir}: {error.strerror or error} "
        f"({os.fspath(error.filename) if error.filename else 'unknown file'}); choose another folder with --out, "
        "free space on the disk, or close the file in Excel, Word or QGIS; earlier results are untouched"
    )
