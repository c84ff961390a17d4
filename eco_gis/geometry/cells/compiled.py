"""Compilation of the kernels, and the folder that keeps what was compiled.

numba's own cache looks at the file of a function only and is stale when a callee in another file
changes. Here the folder bears the hash of all sources of `eco_gis.geometry`: an edit anywhere is a new
folder. A folder that cannot be written, or an entry that cannot be read, costs a compilation and
nothing else; entries are written beside their place and moved into it, so that two processes may
compile at once.
"""

from __future__ import annotations

import functools
import importlib
import os
import tempfile
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from eco_gis.folders import drop_unused, source_hash, user_cache

# as Any: what is set here is documented as environment variables only, and not in numba's types
numba: Any = importlib.import_module("numba")

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

SOURCES = Path(__file__).parents[1]
"""Every Python file below this folder counts as a source of the kernels."""

_LOCK = threading.Lock()


def kernel(function: F) -> F:
    """Compile `function` at its first call, free of the interpreter's lock, and keep the result on disk."""
    compiled: F = _kept(numba.njit(nogil=True, error_model="numpy")(function))
    return compiled


def bare_kernel(function: F) -> F:
    """A kernel that makes no array.

    So nothing counts who still uses one: the counts are shared by all threads, and in an inner loop they
    cost more than the work.
    """
    compiled: F = _kept(numba.njit(nogil=True, error_model="numpy", _nrt=False)(function))
    return compiled


def _kept(dispatcher: Any) -> Any:
    folder = cache_folder()
    if folder is not None:
        with _LOCK:
            own, numba.config.CACHE_DIR = numba.config.CACHE_DIR, str(folder)
            try:
                dispatcher.enable_caching()
                dispatcher._cache = _Forgiving(dispatcher._cache)
            finally:
                numba.config.CACHE_DIR = own
    return dispatcher


def part_of_kernels(function: F) -> F:
    """Compile `function` into each kernel that calls it: for what is small, or runs in the innermost loop."""
    compiled: F = numba.njit(nogil=True, error_model="numpy", inline="always")(function)
    return compiled


class _Forgiving:
    """A numba cache whose damage costs a compilation: a half-written entry, a full disk, a lost folder."""

    def __init__(self, cache: Any) -> None:
        self._cache = cache

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cache, name)

    def load_overload(self, *arguments: Any) -> Any:
        try:
            return self._cache.load_overload(*arguments)
        except Exception:  # unpickling damaged bytes may raise anything
            self._drop()
            return None

    def save_overload(self, *arguments: Any) -> None:
        try:
            self._cache.save_overload(*arguments)
        except Exception:
            self._drop()

    def _drop(self) -> None:
        base = self._cache._impl.filename_base
        for path in Path(self._cache.cache_path).glob(f"{base}.*nb[ic]"):
            try:
                path.unlink(missing_ok=True)
            except OSError:  # another process holds it: it will be written anew
                continue


@functools.lru_cache(maxsize=1)
def cache_folder() -> Path | None:
    """The folder of the compiled kernels; None where none can be written."""
    name = f"kernels-{source_hash(SOURCES)[:16]}"
    for base in (user_cache(), Path(tempfile.gettempdir()) / f"eco_gis-{_user_name()}"):
        folder = base / name
        try:
            if not folder.exists():
                drop_unused(base.glob("kernels-*"))
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _open_to_others(folder):
                continue
            with tempfile.TemporaryFile(dir=folder):
                os.utime(folder)  # used today
                return folder
        except OSError:
            continue
    return None


def _open_to_others(folder: Path) -> bool:
    """Whether someone else could put code there."""
    if not hasattr(os, "getuid"):
        return False
    state = folder.stat()
    return state.st_uid != os.getuid() or bool(state.st_mode & 0o022)


def _user_name() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")


def cores() -> int:
    """Processors this process may use."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


@functools.lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    """Threads that stay: to start some for each layer would take longer than a small one."""
    return ThreadPoolExecutor(cores(), thread_name_prefix="cells")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)


def on_all_cores(work: Callable[[int, int], T], bounds: Iterable[tuple[int, int]]) -> list[T]:
    """`work(first, last)` for each range, on a thread per core, results in the order of the ranges.

    `work` must not come here again: it would wait for itself.
    """
    ranges = list(bounds)
    if len(ranges) < 2 or cores() < 2:
        return [work(first, last) for first, last in ranges]
    return list(_pool().map(lambda r: work(*r), ranges))
