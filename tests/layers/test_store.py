"""Kept entries: what is damaged, half-written, outdated or too much."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from eco_gis.layers.store import _MAGIC, Store


def entry(store: Store) -> Path:
    (path,) = store.folder.glob("*.kept")
    return path


def test_made_once_while_the_parts_stay_the_same(tmp_path: Path) -> None:
    store = Store(tmp_path / "a" / "b")
    made: list[int] = []
    for parts in (("x", "yz"), ("x", "yz"), ("xy", "z"), ("x", "yz", "")):
        store.get_or_make(store.key(*parts), lambda: made.append(1) or len(made))
    assert len(made) == 3


@pytest.mark.parametrize(
    "damage",
    [
        lambda b: b"",
        lambda b: b[: len(b) // 2],
        lambda b: b + b"\0",
        lambda b: b[:-1] + bytes([b[-1] ^ 1]),
        lambda b: b"PK" + b[2:],
        lambda b: _MAGIC + hashlib.sha256(b"no pickle").digest() + b"no pickle",
    ],
    ids=["empty", "half", "longer", "one bit", "another kind", "right checksum, wrong content"],
)
def test_a_damaged_entry_is_made_anew(tmp_path: Path, damage: object) -> None:
    store = Store(tmp_path)
    key = store.key("answer")
    assert store.get_or_make(key, lambda: {"area": 41.5}) == {"area": 41.5}
    sound = entry(store).read_bytes()
    entry(store).write_bytes(damage(sound))  # type: ignore[operator]
    assert store.get_or_make(key, lambda: {"area": 42.0}) == {"area": 42.0}
    assert store.get_or_make(key, lambda: {"area": 43.0}) == {"area": 42.0}


def test_none_and_errors(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.get_or_make(store.key("none"), lambda: None) is None
    made: list[int] = []
    assert store.get_or_make(store.key("none"), lambda: made.append(1)) is None
    assert not made, "None is an answer too"
    with pytest.raises(ZeroDivisionError):
        store.get_or_make(store.key("error"), lambda: 1 / 0)
    assert store.get_or_make(store.key("error"), lambda: 7) == 7


def test_what_is_not_sure_is_not_kept(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.get_or_make(store.key("a"), lambda: 1, sure=lambda _: False) == 1
    assert store.get_or_make(store.key("a"), lambda: 2) == 2


def test_a_folder_that_cannot_be_made_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = Store(tmp_path / "file" / "cache")
    assert [store.get_or_make(store.key("a"), lambda n=n: n) for n in (1, 2)] == [1, 2]


def test_what_was_not_used_for_longest_is_dropped(tmp_path: Path) -> None:
    store = Store(tmp_path, limit_bytes=4_000)
    keys = [store.key(str(n)) for n in range(4)]
    now = time.time() - 100
    for n, key in enumerate(keys[:3]):
        store.get_or_make(key, lambda: b"x" * 1_000)
        os.utime(store._path(key), (now + n, now + n))
    store.get_or_make(keys[0], lambda: b"")  # used again
    store.get_or_make(keys[3], lambda: b"y" * 1_500)
    left = [store._path(key).exists() for key in keys]
    assert left == [True, False, True, True]


def test_what_was_not_used_for_90_days_is_dropped(tmp_path: Path) -> None:
    store = Store(tmp_path)
    old, young = store.key("old"), store.key("young")
    for key, days in ((old, 91), (young, 89)):
        store.get_or_make(key, lambda: 1)
        os.utime(store._path(key), (time.time() - days * 86_400,) * 2)
    store.get_or_make(store.key("new"), lambda: 1)
    assert [store._path(key).exists() for key in (old, young)] == [False, True]


WORK = """
import sys
from pathlib import Path
from eco_gis.layers.store import Store
store = Store(Path(sys.argv[1]))
key = store.key("shared")
for n in range(60):
    assert store.get_or_make(key, lambda: "v" * 300_000) == "v" * 300_000
    if n % 3 == int(sys.argv[2]):
        store._path(key).unlink(missing_ok=True)
"""


def test_two_runs_at_once(tmp_path: Path) -> None:
    runs = [
        subprocess.Popen([sys.executable, "-c", WORK, str(tmp_path), str(n)], stderr=subprocess.PIPE)
        for n in (0, 1)
    ]
    assert [(run.communicate()[1], run.returncode) for run in runs] == [(b"", 0), (b"", 0)]
    assert not list(tmp_path.glob("*.part"))
