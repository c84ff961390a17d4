"""Shapefiles by their own headers: which records are sound, whatever a reader makes of them.

A cut or damaged Shapefile is read by GDAL without a word: shapes come back null, or records not at all.
The three files tell on one another: the .shx says where each record of the .shp begins and how long it
is, the .shp says so again and numbers its records, the .dbf counts its rows.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.layers.formats.reading import MOST_EMPTY_ROWS, Read, by_number
from eco_gis.text import Text

Integers = NDArray[np.int64]
Parts = Mapping[str, bytes]
"""Contents of the files of one Shapefile by ending: `.shp`, `.shx`, `.dbf` …"""

_HEADER = 100
_MAGIC = 9994
_POINT_BYTES = {1: (20,), 11: (28, 36), 21: (28,)}
_POLY = (3, 5, 13, 15, 23, 25)
_MULTIPOINT = (8, 18, 28)
_PLAIN = 10
"""Shape types below it have no Z; those of 20 and more have M only."""
_BOX_TOLERANCE = 1e-8


@dataclass(frozen=True)
class Account:
    """What the headers of a Shapefile say of its records."""

    records: int
    """The largest number of records that one of the files counts."""
    bad: Mapping[int, Text]
    """Records that cannot be trusted, with the reason."""
    deleted: tuple[int, ...] = ()
    """Records the .dbf marks as deleted; they are no data."""
    index: bytes = b""
    """A sound .shx, where the file's own is damaged and the .shp still tells its records; else empty."""
    boxes: NDArray[np.float64] | None = None
    """West, south, east, north that each record gives of itself; NaN where it gives none."""
    remarks: tuple[Text, ...] = ()
    doubts: tuple[Text, ...] = ()


def parts_of(path: Path) -> Parts:
    """Contents of a Shapefile's files on disk."""
    beside = (p for p in path.parent.iterdir() if p.stem == path.stem)
    return {p.suffix.lower(): p.read_bytes() for p in beside if p.suffix.lower() in _KEPT}


_KEPT = (".shp", ".shx", ".dbf", ".cpg", ".prj")


def examine(parts: Parts) -> Account:
    """Compare the headers of a Shapefile's files with one another and with what is there.

    Parameters
    ----------
    parts
        Contents by ending; without .shx nothing can be said of the shapes, without .dbf nothing of the
        rows.
    """
    shp = np.frombuffer(parts.get(".shp", b""), dtype=np.uint8)
    rows = _Rows.of(parts.get(".dbf", b""))
    if len(shp) < _HEADER or ".shx" not in parts:
        return Account(rows.said, {})
    offsets, sizes = _index(parts[".shx"])
    bad, kind = _faults(shp, offsets, sizes)
    remarks: list[Text] = []
    index = b""
    cut = _is_cut(parts[".shx"])
    if bad or cut or len(offsets) < rows.said:
        merged = _merged(shp, (offsets, sizes, bad), _walk(parts[".shp"]))
        if cut or len(merged[0]) > len(offsets) or (merged[0] != offsets).any():
            offsets, sizes = merged
            bad, kind = _faults(shp, offsets, sizes)
            index = _shx(parts[".shp"], offsets, sizes, bad)
            remarks.append(
                Text(
                    ".shx 索引损坏，已按 .shp 的内容重建",
                    "the .shx is damaged; the records were found in the .shp itself",
                )
            )
    count = max(len(offsets), rows.said if rows.said <= len(offsets) + MOST_EMPTY_ROWS else 0)
    for n in range(len(offsets), count):
        bad[n] = Text(
            f".dbf 记有 {rows.said} 条，几何只有 {len(offsets)} 条",
            f"the .dbf counts {rows.said} records, there are shapes for {len(offsets)}",
        )
    for n in range(rows.complete, count) if rows.present else ():
        bad.setdefault(
            n,
            Text(
                f".dbf 只有 {rows.complete} 条完整的属性", f"the .dbf holds only {rows.complete} whole rows"
            ),
        )
    deleted = tuple(n for n in rows.deleted if n < count)
    return Account(
        records=count,
        bad={n: why for n, why in bad.items() if n not in deleted},
        deleted=deleted,
        index=index,
        boxes=_boxes(shp, offsets, sizes, kind, bad, count),
        remarks=tuple(remarks + _about_rows(rows, deleted)),
        doubts=tuple(_doubts(parts[".shp"], rows, kind, count)),
    )


@contextmanager
def with_sound_index(parts: Parts, account: Account, source: str | Path) -> Iterator[str | Path]:
    """What GDAL shall open: the file itself, or a passing copy of it with the index made anew."""
    if not account.index:
        yield source
        return
    stem = Path(str(source)).stem
    with TemporaryDirectory(prefix="eco_gis_") as folder:
        for ending, content in {**parts, ".shx": account.index}.items():
            (Path(folder) / f"{stem}{ending}").write_bytes(content)
        yield Path(folder) / f"{stem}.shp"


def reconcile(read: Read, numbers: NDArray[np.intp], account: Account) -> Read:
    """The reading with one row per record of the account; bad records lose their shape and keep their row.

    Parameters
    ----------
    numbers
        Record number of each row.
    """
    count = max(account.records, int(numbers.max(initial=-1)) + 1)
    keep = [n for n in range(count) if n not in account.deleted]
    frame = by_number(read.frame, numbers, count).iloc[keep].reset_index(drop=True)
    row = {n: i for i, n in enumerate(keep)}
    came = set(numbers.tolist())
    reasons = {row[int(numbers[i])]: why for i, why in read.unreadable.items()}
    absent = Text("记录未能读出", "the record did not come out of the file")
    reasons |= {row[n]: absent for n in keep if n not in came}
    reasons |= {row[n]: why for n, why in account.bad.items() if n in row}
    shapes = np.asarray(frame.geometry.array, dtype=object)
    shapes[list(reasons)] = None
    frame = frame.set_geometry(type(frame.geometry)(shapes, index=frame.index))
    doubts = [*read.doubts, *account.doubts]
    odd = _outside_their_box(shapes, account, keep)
    if odd:
        doubts.append(
            Text(
                f"{len(odd)} 条记录的坐标与其自带的外包框不符（首条为第 {odd[0] + 1} 条）：坐标可能已损坏",
                f"the coordinates of {len(odd)} record(s), first no. {odd[0] + 1}, do not fit the box the record "
                "gives of itself: a coordinate may be damaged",
            )
        )
    return replace(
        read,
        frame=frame,
        unreadable=dict(sorted(reasons.items())),
        remarks=(*read.remarks, *account.remarks),
        doubts=tuple(doubts),
    )


@dataclass(frozen=True)
class _Rows:
    """The rows of a .dbf."""

    present: bool
    said: int = 0
    """By its header."""
    complete: int = 0
    """Rows the header counts and the file holds."""
    beyond: int = 0
    """Whole rows the file holds and the header does not count."""
    deleted: tuple[int, ...] = ()

    @classmethod
    def of(cls, dbf: bytes) -> _Rows:
        if len(dbf) < 32:
            return cls(present=bool(dbf))
        said, header, width = struct.unpack_from("<IHH", dbf, 4)
        if width == 0 or header > len(dbf):
            return cls(True, said)
        held = (len(dbf) - header) // width
        complete = min(said, held)
        marks = np.frombuffer(dbf, dtype=np.uint8)[header : header + complete * width : width]
        deleted = tuple(np.flatnonzero(marks == ord("*")).tolist())
        return cls(True, said, complete, held - complete, deleted)


def _index(shx: bytes) -> tuple[Integers, Integers]:
    """Offset of each record in the .shp and the length of its content, in bytes."""
    held = max(0, (len(shx) - _HEADER) // 8)
    if not held:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    words = (
        np.frombuffer(shx, dtype=">i4", count=2 * held, offset=_HEADER).astype(np.int64).reshape(-1, 2) * 2
    )
    return words[:, 0], words[:, 1]


def _is_cut(shx: bytes) -> bool:
    """Whether the header is short, no header, or tells another length than the file has."""
    if len(shx) < _HEADER or struct.unpack_from(">i", shx)[0] != _MAGIC:
        return True
    return bool(struct.unpack_from(">i", shx, 24)[0] * 2 != len(shx))


def _shx(shp: bytes, offsets: Integers, sizes: Integers, bad: Mapping[int, Text]) -> bytes:
    """A .shx for the given records; bad ones are made empty."""
    length = struct.pack(">i", (_HEADER + 8 * len(offsets)) // 2)
    words = np.column_stack([offsets, sizes]) // 2
    words[list(bad)] = 0
    return shp[:24] + length + shp[28:_HEADER] + words.astype(">i4").tobytes()


def _merged(
    shp: NDArray[np.uint8],
    told: tuple[Integers, Integers, Mapping[int, Text]],
    walked: tuple[Integers, Integers],
) -> tuple[Integers, Integers]:
    """Records as the index tells them, and where it is wrong or ends as the .shp itself does."""
    offsets, sizes, bad = told
    unsound = _faults(shp, *walked)[0]
    sound = [n for n in range(len(walked[0])) if n not in unsound]
    count = max(len(offsets), len(walked[0]))
    merged = np.zeros((2, count), dtype=np.int64)
    merged[0, : len(offsets)], merged[1, : len(offsets)] = offsets, sizes
    for n in sound:
        if n >= len(offsets) or n in bad:
            merged[0, n], merged[1, n] = walked[0][n], walked[1][n]
    return merged[0], merged[1]


def _walk(shp: bytes) -> tuple[Integers, Integers]:
    """The records of a .shp from one to the next, as far as their lengths lead."""
    found: list[tuple[int, int]] = []
    at = _HEADER
    while at + 12 <= len(shp):
        number, words = struct.unpack_from(">ii", shp, at)
        if number != len(found) + 1 or words < 2:
            break
        found.append((at, words * 2))
        at += 8 + words * 2
    table = np.array(found, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _faults(shp: NDArray[np.uint8], offsets: Integers, sizes: Integers) -> tuple[dict[int, Text], int]:
    """Records whose place, number, length, type or inner counts contradict each other; the type of the rest."""
    bad: dict[int, Text] = {}
    live = np.arange(len(offsets))

    def drop(wrong: NDArray[np.bool_], zh: str, en: str) -> None:
        nonlocal live
        for n in live[wrong].tolist():
            bad[n] = Text(zh, en)
        live = live[~wrong]

    drop(
        (offsets < _HEADER) | (sizes < 4) | (offsets + 12 > len(shp)),
        "索引指向 .shp 之外",
        "the .shx points outside the .shp",
    )
    drop(offsets[live] + 8 + sizes[live] > len(shp), ".shp 在此记录处中断", "the .shp ends within the record")
    numbers, lengths = _big(shp, offsets[live]), _big(shp, offsets[live] + 4) * 2
    # some writers leave the numbers out altogether; then they tell nothing
    numbered = len(live) > 0 and float(np.mean(numbers == live + 1)) > 0.5
    wrong = lengths != sizes[live]
    if numbered:
        wrong |= numbers != live + 1
    drop(wrong, ".shp 与 .shx 对此记录的说法不一", "the .shp and the .shx disagree about the record")
    types = _little(shp, offsets[live] + 8)
    real = types[types != 0]
    kind = (
        int(np.bincount(real[(real > 0) & (real < 32)]).argmax()) if ((real > 0) & (real < 32)).any() else 0
    )
    drop((types != 0) & (types != kind), "几何类型与文件不符", "the shape is not of the file's type")
    shaped = live[_little(shp, offsets[live] + 8) != 0]
    wrong_counts = _wrong_counts(shp, offsets[shaped] + 8, sizes[shaped], kind)
    drop(
        np.isin(live, shaped[wrong_counts]),
        "几何的点数或环数已损坏",
        "its counts of points or parts are damaged",
    )
    return bad, kind


def _wrong_counts(shp: NDArray[np.uint8], at: Integers, sizes: Integers, kind: int) -> NDArray[np.bool_]:
    """Whether the counts inside a shape fail to fill its length; `at` is where its content begins."""
    if kind in _POINT_BYTES:
        return ~np.isin(sizes, _POINT_BYTES[kind])
    if kind not in (*_POLY, *_MULTIPOINT):
        return np.zeros(len(at), dtype=bool)
    head = 44 if kind in _POLY else 40
    short = sizes < head
    parts = np.zeros(len(at), dtype=np.int64)
    points = parts.copy()
    whole = np.flatnonzero(~short)
    points[whole] = _little(shp, at[whole] + head - 4)
    if kind in _POLY:
        parts[whole] = _little(shp, at[whole] + head - 8)
    flat = head + 4 * parts + 16 * points
    measure = 16 + 8 * points
    possible = [flat] if kind < _PLAIN else [flat + measure, *([flat + 2 * measure] if kind < 20 else [flat])]
    fits = np.any([sizes == p for p in possible], axis=0)
    wrong = short | (points < 0) | (parts < 0) | ~fits
    good = np.flatnonzero(~wrong & (parts > 0))
    owner = np.repeat(good, parts[good])
    within = np.arange(len(owner)) - np.repeat(np.cumsum(parts[good]) - parts[good], parts[good])
    starts = _little(shp, at[owner] + head + 4 * within)
    before = np.concatenate([[-1], starts[:-1]])
    off = np.where(within == 0, starts != 0, starts <= before) | (starts >= points[owner])
    wrong[owner[off]] = True
    return np.asarray(wrong, dtype=bool)


def _boxes(
    shp: NDArray[np.uint8], offsets: Integers, sizes: Integers, kind: int, bad: Mapping[int, Text], count: int
) -> NDArray[np.float64] | None:
    if kind not in (*_POLY, *_MULTIPOINT):
        return None
    boxes = np.full((count, 4), np.nan)
    good = np.array([n for n in range(len(offsets)) if n not in bad and sizes[n] >= 40], dtype=np.int64)
    if len(good):
        spans = (offsets[good] + 12)[:, None] + np.arange(32)
        boxes[good] = shp[spans].view("<f8")
    return boxes


def _outside_their_box(shapes: NDArray[Any], account: Account, keep: list[int]) -> list[int]:
    """Rows whose shape does not reach as far as the record says, or farther."""
    if account.boxes is None:
        return []
    said = np.full((len(keep), 4), np.nan)
    known = [i for i, n in enumerate(keep) if n < len(account.boxes)]
    said[known] = account.boxes[[keep[i] for i in known]]
    found = shapely.bounds(shapes)
    both = np.isfinite(said).all(axis=1) & np.isfinite(found).all(axis=1)
    room = _BOX_TOLERANCE * np.maximum(np.abs(said).max(axis=1, keepdims=True, initial=0), 1.0)
    with np.errstate(invalid="ignore"):
        far = (np.abs(said - found) > room).any(axis=1)
    return np.flatnonzero(both & far).tolist()


def _about_rows(rows: _Rows, deleted: tuple[int, ...]) -> list[Text]:
    remarks = []
    if not rows.present:
        remarks.append(Text("缺少 .dbf 文件：没有属性", "its .dbf file is missing: there are no attributes"))
    if deleted:
        remarks.append(
            Text(
                f"{len(deleted)} 条记录已标为删除，不计入",
                f"{len(deleted)} record(s) are marked as deleted and do not count",
            )
        )
    return remarks


def _doubts(shp: bytes, rows: _Rows, kind: int, count: int) -> Iterator[Text]:
    """Headers that contradict the contents without naming a record."""
    said_bytes = struct.unpack_from(">i", shp, 24)[0] * 2
    if said_bytes != len(shp):
        yield Text(
            f".shp 头部记长 {said_bytes} 字节，实有 {len(shp)} 字节",
            f"the .shp says it has {said_bytes} bytes and has {len(shp)}",
        )
    said_kind = struct.unpack_from("<i", shp, 32)[0]
    if kind and said_kind != kind:
        yield Text(
            f".shp 头部的几何类型为 {said_kind}，记录为 {kind}",
            f"the .shp says its shapes are of type {said_kind}; they are of type {kind}",
        )
    if rows.said > count:
        yield Text(f".dbf 头部记有 {rows.said} 条", f"the .dbf says it has {rows.said} rows")
    if rows.present and rows.beyond:
        yield Text(
            f".dbf 头部记有 {rows.said} 条，文件中另有 {rows.beyond} 条",
            f"the .dbf counts {rows.said} rows and holds {rows.beyond} more",
        )


def _big(shp: NDArray[np.uint8], at: Integers) -> Integers:
    return np.asarray(shp[at[:, None] + np.arange(4)].view(">i4"), dtype=np.int64).ravel()


def _little(shp: NDArray[np.uint8], at: Integers) -> Integers:
    return np.asarray(shp[at[:, None] + np.arange(4)].view("<i4"), dtype=np.int64).ravel()
