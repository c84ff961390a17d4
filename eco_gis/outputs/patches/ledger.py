"""图斑台账: what runs and people know of every patch, in `patch-ledger.gpkg` beside the catalog.

Every change is one SQLite transaction behind a lock: two runs, or two people, at once lose nothing, and a
run that is killed leaves the ledger as it was. A run never touches what people entered.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pyproj import CRS

from eco_gis.errors import OutputError, Problem, UsageError
from eco_gis.geometry.crs import Plane, transform
from eco_gis.model.patches import (
    HistoryRow,
    HumanEntry,
    LedgerRow,
    Patch,
)
from eco_gis.outputs.patches.entries import (
    FOUND,
    HUMAN,
    OWN_HAND,
    entry_of,
    history_of,
    last_entry,
    note,
    row_of,
    stored,
)
from eco_gis.outputs.patches.schema import APPLICATION_ID, TABLES, VERSION, packed, srs_row, unpacked
from eco_gis.patches.ledger import entry_at, meet, objections
from eco_gis.text import Text

LEDGER = "patch-ledger.gpkg"
"""Name of the file beside the catalog."""
WAIT_S = 60.0
"""How long one writer waits for another."""


@dataclass(frozen=True)
class Edit:
    """What a person wants to enter about one patch."""

    batch: str
    patch: str
    change: Callable[[HumanEntry], HumanEntry]
    """From the entry as the person saw it to the entry as it shall be."""
    seen: int | None = None
    """Number of the last history row that the person saw; None: the newest."""
    where: str = ""
    """Where the edit was written, for error messages; default: batch and patch."""


class Ledger:
    """The ledger of one catalog.

    Parameters
    ----------
    path
        The file; made by the first merge.

    Raises
    ------
    OutputError
        By every method, when the file cannot be opened, is not a ledger, or stays locked.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def merge(self, patches: Sequence[Patch], plane: Plane, *, at: str) -> None:
        """Put the patches of a run in, or bring what the data say about them up to date.

        Entries of people stay as they are. A patch whose shape changed, and an entry that another program
        changed, are told in the history.

        Parameters
        ----------
        at
            When, ISO 8601.
        """
        with self._writing(plane.crs, at) as (book, crs, srs_id):
            shapes = transform([p.shape for p in patches], plane.crs, crs)
            for patch, shape in zip(patches, shapes, strict=True):
                _merge_one(book, patch, packed(shape, srs_id), at)
            _tell_extent(book, at)

    def enter(self, edits: Sequence[Edit], *, at: str) -> int:
        """Enter what people found: all of it, or nothing where anything is wrong.

        Returns
        -------
        int
            How many patches changed.

        Raises
        ------
        UsageError
            Naming every edit that cannot be made, and why.
        """
        if not self.path.is_file():
            raise UsageError(
                Text(
                    f"尚无台账 {self.path.name}：请先运行 eco-gis patches",
                    f"there is no ledger {self.path.name} yet: run eco-gis patches first",
                )
            )
        changed = 0
        problems: list[Problem] = []
        with self._writing(None, at) as (book, _, _):
            for edit in edits:
                try:
                    changed += _enter_one(book, edit, at)
                except UsageError as error:
                    problems += error.problems
            if problems:
                raise UsageError(Text("核查结果未录入：", "nothing was entered:"), problems=problems)
        return changed

    def read(self) -> tuple[tuple[LedgerRow, ...], tuple[HistoryRow, ...], CRS | None]:
        """Every patch by batch and id, the whole history, and the CRS of the shapes; empty without a file."""
        if not self.path.is_file():
            return (), (), None
        with self._opened() as book:
            book.execute("BEGIN")
            self._require_ledger(book)
            history = tuple(history_of(book))
            last = {(h.batch, h.patch): h.number for h in history}
            rows = book.execute(
                f"SELECT batch, patch, {', '.join(FOUND)}, {', '.join(HUMAN)} FROM patches ORDER BY batch, patch"
            ).fetchall()
            crs = _crs(book)[0]
            book.execute("COMMIT")
        return tuple(row_of(r, last.get((r["batch"], r["patch"]), 0)) for r in rows), history, crs

    @contextmanager
    def _writing(self, crs: CRS | None, at: str) -> Iterator[tuple[sqlite3.Connection, CRS, int]]:
        """One transaction; the tables are made in it where there are none."""
        with self._opened() as book:
            book.execute("BEGIN IMMEDIATE")
            try:
                if crs is not None and not book.execute("SELECT 1 FROM sqlite_master").fetchone():
                    _make(book, crs, at)
                self._require_ledger(book)
                yield book, *_crs(book)
            except BaseException:
                book.execute("ROLLBACK")
                raise
            book.execute("COMMIT")

    def _require_ledger(self, book: sqlite3.Connection) -> None:
        """Another GeoPackage of that name is somebody's data, and stays as it is."""
        tables = {row[0] for row in book.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not {"patches", "history"} <= tables:
            raise OutputError(
                Text(
                    f"{self.path.name} 不是图斑台账：请把它改名或移走",
                    f"{self.path.name} is no ledger of patches: rename it or move it away",
                )
            )

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            book = sqlite3.connect(self.path, timeout=WAIT_S, isolation_level=None)
            try:
                book.row_factory = sqlite3.Row
                yield book
            finally:
                book.close()
        except sqlite3.Error as error:
            raise OutputError(
                Text(
                    f"台账 {self.path.name} 无法使用：{error}；请关闭正在打开它的程序，或用副本恢复",
                    f"the ledger {self.path.name} cannot be used: {error}; close the program that holds it, or restore it from a copy",
                )
            ) from error


def _make(book: sqlite3.Connection, crs: CRS, at: str) -> None:
    # executescript would end the transaction
    for statement in _statements(TABLES):
        book.execute(statement)
    row = srs_row(crs)
    book.execute(
        "INSERT OR IGNORE INTO gpkg_spatial_ref_sys (srs_name, srs_id, organization, organization_coordsys_id, definition)"
        " VALUES (?, ?, ?, ?, ?)",
        row,
    )
    book.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change, srs_id) VALUES"
        " ('patches', 'features', '图斑台账', ?, ?), ('history', 'attributes', '状态变更记录', ?, NULL)",
        (_instant(at), row[1], _instant(at)),
    )
    book.execute(
        "INSERT INTO gpkg_geometry_columns VALUES ('patches', 'geom', 'GEOMETRY', ?, 0, 0)", (row[1],)
    )
    book.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    book.execute(f"PRAGMA user_version = {VERSION}")


def _statements(script: str) -> Iterator[str]:
    part = ""
    for line in script.splitlines():
        part += f"{line}\n"
        if sqlite3.complete_statement(part):
            yield part
            part = ""


def _crs(book: sqlite3.Connection) -> tuple[CRS, int]:
    definition, srs_id = book.execute(
        "SELECT s.definition, s.srs_id FROM gpkg_geometry_columns g JOIN gpkg_spatial_ref_sys s ON g.srs_id = s.srs_id"
        " WHERE g.table_name = 'patches'"
    ).fetchone()
    return CRS.from_wkt(definition), srs_id


def _merge_one(book: sqlite3.Connection, patch: Patch, geom: bytes, at: str) -> None:
    found = (
        patch.name, patch.day.isoformat() if patch.day else None, "、".join(patch.townships), "、".join(patch.villages),
        patch.area_m2, patch.explained_m2, patch.unexplained_m2, patch.suggestion.value, geom,
    )  # fmt: skip
    old = book.execute(
        f"SELECT {', '.join(FOUND)}, {', '.join(HUMAN)} FROM patches WHERE batch = ? AND patch = ?",
        patch.key,
    ).fetchone()
    if old is None:
        columns = ("batch", "patch", *FOUND, *HUMAN)
        values = (*patch.key, *found, *stored(HumanEntry()))
        book.execute(
            f"INSERT INTO patches ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", values
        )
        note(book, patch.key, HumanEntry(), HumanEntry(), OWN_HAND, at, "收到 received")
        return
    entry = _watched(book, patch.key, old, at)
    if tuple(old[name] for name in FOUND) == found:
        return
    if not unpacked(old["geom"]).equals(unpacked(geom)):
        note(book, patch.key, entry, entry, OWN_HAND, at, "图形已变 shape changed")
    sets = ", ".join(f"{name} = ?" for name in FOUND)
    book.execute(f"UPDATE patches SET {sets} WHERE batch = ? AND patch = ?", (*found, *patch.key))


def _watched(book: sqlite3.Connection, key: tuple[str, str], row: sqlite3.Row, at: str) -> HumanEntry:
    """The entry of a row; what another program changed in it goes into the history now."""
    told, entry = last_entry(book, key), entry_of(row, key)
    if entry != told:
        note(book, key, told, entry, entry.by, at, "在程序之外修改 changed by another program")
    return entry


def _enter_one(book: sqlite3.Connection, edit: Edit, at: str) -> bool:
    """Make one edit; False where it changes nothing."""
    key = (edit.batch, edit.patch)
    where = edit.where or "/".join(key)
    row = book.execute(
        f"SELECT {', '.join(HUMAN)} FROM patches WHERE batch = ? AND patch = ?", key
    ).fetchone()
    if row is None:
        raise _refused(where, Text("台账中没有该图斑", "the ledger has no such patch"), _LOOK)
    now = _watched(book, key, row, at)
    base = now if edit.seen is None else entry_at(history_of(book, key), edit.seen, now)
    wanted = meet(base, edit.change(base), now)
    if wanted is None:
        last = max(history_of(book, key), key=lambda h: h.number)
        raise _refused(
            where,
            Text(
                f"{last.by or '他人'} 已于 {last.at} 改为“{now.state.label.zh} {now.judgement.label.zh}”",
                f"{last.by or 'somebody'} has changed it to {now.state.label.en} {now.judgement.label.en} at {last.at}",
            ),
            Text("重新导出台账后再填", "make the ledger again and fill in the new one"),
        )
    if wanted == now:
        return False
    if wrong := objections(wanted):
        raise UsageError(
            problems=[Problem(f"{where} {_FIELDS[name].zh}", why, _FILL) for name, why in wrong.items()]
        )
    sets = ", ".join(f"{name} = ?" for name in HUMAN)
    book.execute(f"UPDATE patches SET {sets} WHERE batch = ? AND patch = ?", (*stored(wanted), *key))
    note(book, key, now, wanted, wanted.by, at, "")
    return True


_LOOK = Text("核对批次和图斑编号", "check batch and id")
_FILL = Text("补填或更正该栏", "fill in or correct this column")
_FIELDS = {
    "state": Text("状态", "state"),
    "judgement": Text("核查结论", "judgement"),
    "by": Text("核查人", "judged by"),
    "on": Text("核查日期", "judged on"),
}


def _refused(where: str, what: Text, remedy: Text) -> UsageError:
    return UsageError(problems=[Problem(where, what, remedy)])


def _tell_extent(book: sqlite3.Connection, at: str) -> None:
    """The box of all shapes, which other programs zoom to; the date only moves with it."""
    shapes = [unpacked(r[0]) for r in book.execute("SELECT geom FROM patches")]
    boxes = [s.bounds for s in shapes]
    box = tuple(f(b[i] for b in boxes) for i, f in enumerate((min, min, max, max))) if boxes else (None,) * 4
    book.execute(
        "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ?, last_change = ? WHERE table_name = 'patches'"
        " AND (min_x, min_y, max_x, max_y) IS NOT (?, ?, ?, ?)",
        (*box, _instant(at), *box),
    )


def _instant(at: str) -> str:
    """A moment as GeoPackage writes it."""
    return f"{at[:19]}.000Z" if len(at) > 10 else f"{at}T00:00:00.000Z"
