"""The ledger: nothing that people entered is ever lost."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import pyogrio
import pyproj
import pytest
import shapely

from eco_gis.errors import OutputError, UsageError
from eco_gis.geometry.crs import Plane, transform
from eco_gis.model.patches import HumanEntry, Judgement, Patch, PatchState
from eco_gis.outputs.patches.ledger import Edit, Ledger
from tests.builders import PLANE, square
from tests.patches.drawn import explained, papers, patch_layer

DONE = HumanEntry(PatchState.CHECKED, Judgement.DOCUMENTED, "张三", date(2024, 7, 1), "现场已核")


PATCH = square(0, 0, 100)


def some_patches(count: int = 3, *, moved: float = 0.0, label: str = "2024-06") -> list[Patch]:
    shapes = [square(200 * n + moved, 0, 100) for n in range(count)]
    return explained(patch_layer(*shapes), papers(square(0, 0, 150)), label=label)


def settle(entry: HumanEntry, patch: str, *, seen: int | None = None, batch: str = "2024-06") -> Edit:
    return Edit(batch, patch, lambda _: entry, seen)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = Ledger(tmp_path / "台账 目录" / "patch-ledger.gpkg")
    made.path.parent.mkdir()
    made.merge(some_patches(), PLANE, at="2024-07-01T08:00:00")
    return made


def entries(ledger: Ledger) -> dict[tuple[str, str], HumanEntry]:
    return {row.key: row.entry for row in ledger.read()[0]}


def test_it_opens_as_a_geopackage_with_shapes_and_history(ledger: Ledger) -> None:
    assert sorted(pyogrio.list_layers(ledger.path)[:, 0]) == ["history", "patches"]
    frame = pyogrio.read_dataframe(ledger.path, layer="patches")
    assert frame.crs.to_epsg() == 4549
    assert [s.equals(p.shape) for s, p in zip(frame.geometry, some_patches(), strict=True)] == [True] * 3
    assert frame["state"].tolist() == ["待核"] * 3
    assert len(pyogrio.read_dataframe(ledger.path, layer="history")) == 3


def test_a_second_run_on_the_same_batch_changes_nothing(ledger: Ledger) -> None:
    before = ledger.path.read_bytes()
    ledger.merge(some_patches(), PLANE, at="2024-08-01T08:00:00")
    assert ledger.path.read_bytes() == before


def test_entries_survive_random_runs_also_of_changed_patches(ledger: Ledger) -> None:
    chance = random.Random(20240630)
    ledger.enter([settle(DONE, "T1"), settle(replace(DONE, by="李四"), "T2")], at="2024-07-02T08:00:00")
    kept = entries(ledger)
    for run in range(10):
        patches = some_patches(chance.randint(1, 6), moved=chance.choice([0.0, 5.0, 30.0]))
        chance.shuffle(patches)
        ledger.merge(patches, PLANE, at=f"2024-08-{run + 1:02d}T08:00:00")
        now = entries(ledger)
        assert {key: now[key] for key in kept} == kept
    assert sum("图形已变" in h.remark for h in ledger.read()[1]) > 0


def test_every_change_of_state_keeps_who_and_when(ledger: Ledger) -> None:
    assert ledger.enter([settle(DONE, "T1")], at="2024-07-02T08:00:00") == 1
    assert ledger.enter([settle(DONE, "T1")], at="2024-07-03T08:00:00") == 0
    closed = replace(DONE, state=PatchState.CLOSED, by="李四", on=date(2024, 7, 5))
    ledger.enter([settle(closed, "T1")], at="2024-07-05T08:00:00")
    told = [(h.old.state, h.new.state, h.by, h.at) for h in ledger.read()[1] if h.patch == "T1"]
    assert told == [
        (PatchState.TO_CHECK, PatchState.TO_CHECK, "eco_gis", "2024-07-01T08:00:00"),
        (PatchState.TO_CHECK, PatchState.CHECKED, "张三", "2024-07-02T08:00:00"),
        (PatchState.CHECKED, PatchState.CLOSED, "李四", "2024-07-05T08:00:00"),
    ]


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM history", "UPDATE history SET entered_by = ''", "DELETE FROM patches WHERE patch = 'T1'"],
)
def test_no_program_takes_history_or_patches_away(ledger: Ledger, statement: str) -> None:
    with sqlite3.connect(ledger.path) as book, pytest.raises(sqlite3.IntegrityError):
        book.execute(statement)
    book.close()


def test_what_another_program_changed_goes_into_the_history(ledger: Ledger) -> None:
    with sqlite3.connect(ledger.path) as book:
        book.execute("UPDATE patches SET note = '手改' WHERE patch = 'T2'")
    book.close()
    ledger.merge(some_patches(), PLANE, at="2024-08-01T08:00:00")
    rows, history, _ = ledger.read()
    assert next(r for r in rows if r.id == "T2").entry.note == "手改"
    assert [h.new.note for h in history if "程序之外" in h.remark] == ["手改"]
    with sqlite3.connect(ledger.path) as book:
        book.execute("UPDATE patches SET state = '办结' WHERE patch = 'T2'")
    book.close()
    with pytest.raises(OutputError, match="办结"):
        ledger.read()


def test_an_older_copy_does_not_undo_what_others_entered_meanwhile(ledger: Ledger) -> None:
    seen = {row.id: row.revision for row in ledger.read()[0]}
    ledger.enter([settle(DONE, "T1")], at="2024-07-02T08:00:00")
    untouched = [settle(HumanEntry(), key, seen=seen[key]) for key in ("T1", "T2", "T3")]
    assert ledger.enter(untouched, at="2024-07-03T08:00:00") == 0
    other = replace(DONE, judgement=Judgement.NO_CHANGE, by="李四")
    with pytest.raises(UsageError, match="张三"):
        ledger.enter([settle(other, "T1", seen=seen["T1"])], at="2024-07-03T08:00:00")
    assert entries(ledger)["2024-06", "T1"] == DONE


def test_one_wrong_edit_and_nothing_is_entered(ledger: Ledger) -> None:
    with pytest.raises(UsageError) as error:
        ledger.enter(
            [settle(DONE, "T1"), settle(replace(DONE, by=""), "T2"), settle(DONE, "T9")],
            at="2024-07-02T08:00:00",
        )
    assert {p.where for p in error.value.problems} == {"2024-06/T2 核查人", "2024-06/T9"}
    assert set(entries(ledger).values()) == {HumanEntry()}


def test_shapes_keep_their_place_when_a_later_run_works_on_another_plane(ledger: Ledger) -> None:
    crs = pyproj.CRS.from_epsg(4548)
    patches = some_patches()
    shapes = transform([p.shape for p in patches], PLANE.crs, crs)
    plane = Plane.over(crs, tuple(map(float, shapely.total_bounds(shapes))))
    moved = [replace(p, shape=s) for p, s in zip(patches, shapes, strict=True)]
    ledger.merge([replace(p, batch="2024-09") for p in moved], plane, at="2024-10-01T08:00:00")
    rows, _, found = ledger.read()
    assert found is not None and found.to_epsg() == 4549
    by_batch = [[r.shape for r in rows if r.batch == b] for b in ("2024-06", "2024-09")]
    for one, other in zip(*by_batch, strict=True):
        assert shapely.hausdorff_distance(one, other) < 1e-6


def test_a_file_that_is_no_ledger_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "patch-ledger.gpkg"
    path.write_bytes(b"not a database at all, but long enough to be taken for one" * 20)
    before = path.read_bytes()
    with pytest.raises(OutputError, match="台账"):
        Ledger(path).merge(some_patches(), PLANE, at="2024-07-01T08:00:00")
    assert path.read_bytes() == before
    other = tmp_path / "other.gpkg"
    pyogrio.write_dataframe(gpd.GeoDataFrame(geometry=[PATCH], crs="EPSG:4549"), other)
    before = other.read_bytes()
    for act in (
        Ledger(other).read,
        lambda: Ledger(other).merge(some_patches(), PLANE, at="2024-07-01T08:00:00"),
    ):
        with pytest.raises(OutputError, match="不是图斑台账"):
            act()
    assert other.read_bytes() == before
    with pytest.raises(UsageError, match="eco-gis patches"):
        Ledger(tmp_path / "none.gpkg").enter([settle(DONE, "T1")], at="2024-07-01T08:00:00")


WORKER = """
import sys
from pathlib import Path
from dataclasses import replace
from tests.patches.test_ledger import DONE, PLANE, Edit, Ledger, some_patches
ledger = Ledger(Path(sys.argv[1]))
patches = some_patches(8)
print("ready", flush=True)
sys.stdin.readline()
for n in range(int(sys.argv[3])):
    ledger.merge(patches, PLANE, at="2024-07-02T08:00:00")
    me = sys.argv[2]
    note = f"{me}{n}"
    ledger.enter([Edit("2024-06", f"T{1 + n % 8}", lambda e, note=note: replace(
        DONE, note=(e.note + "," if e.note else "") + note))], at="2024-07-02T08:00:00")
    print(note, flush=True)
"""


def start(path: Path, name: str, rounds: int) -> subprocess.Popen[str]:
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(path), name, str(rounds)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert worker.stdout is not None and worker.stdout.readline() == "ready\n"
    return worker


def go(worker: subprocess.Popen[str]) -> None:
    assert worker.stdin is not None
    worker.stdin.write("\n")
    worker.stdin.flush()


def test_two_runs_at_once_lose_no_entry_and_a_kill_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "patch-ledger.gpkg"
    workers = [start(path, name, 24) for name in "甲乙"]
    doomed = start(path, "丙", 100_000)
    for worker in (*workers, doomed):
        go(worker)
    assert doomed.stdout is not None
    heard = {doomed.stdout.readline().strip() for _ in range(3)}
    time.sleep(0.05)
    doomed.kill()
    heard |= set(doomed.communicate(timeout=60)[0].split())
    for worker in workers:
        out, _ = worker.communicate(timeout=120)
        assert worker.returncode == 0
        heard |= set(out.split())
    rows, history, _ = Ledger(path).read()
    written = [note for row in rows for note in row.entry.note.split(",") if note]
    assert {f"{who}{n}" for who in "甲乙" for n in range(24)} <= heard <= set(written)
    assert len(written) == len(set(written))
    assert len(written) - len(heard) <= 1  # the one that was committed but not yet told
    assert len(history) == len(rows) + len(written)
    with sqlite3.connect(path) as book:
        assert book.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    book.close()
