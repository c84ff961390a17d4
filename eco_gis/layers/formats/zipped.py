"""Zipped deliveries, read in place: folders inside, several layers, Chinese names in any encoding."""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from eco_gis.errors import LayerReadError, Problem
from eco_gis.text import Text

INSIDE = (".shp", ".gpkg", ".geojson", ".kml", ".fgb", ".topojson")
"""Endings of the single files that are looked for in an archive, beside FileGDB folders."""
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1


@dataclass(frozen=True)
class Member:
    """A vector file or FileGDB folder inside an archive."""

    name: str
    """As people know it: folders and name without ending, as short as tells it from the others."""
    entry: str
    """As the archive spells it; GDAL and `zipfile` read foreign bytes the same way."""
    archive: Path

    @property
    def source(self) -> str:
        """What GDAL opens."""
        return f"/vsizip/{{{self.archive.as_posix()}}}/{self.entry}"

    @property
    def is_shapefile(self) -> bool:
        """Whether it is a Shapefile."""
        return self.entry.lower().endswith(".shp")


def is_zip(path: Path) -> bool:
    """Whether a path is a zip archive by its ending (a .kmz is a kind of its own)."""
    return path.suffix.lower() == ".zip"


def members(path: Path) -> list[Member]:
    """The vector files and FileGDBs of an archive, in its own order.

    Raises
    ------
    LayerReadError
        It is no archive, or one with a password.
    """
    found: dict[str, str] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                entry = _layer_entry(info.filename)
                if entry is None:
                    continue
                if info.flag_bits & _ENCRYPTED:
                    raise _refused(
                        path,
                        Text("压缩包有密码", "the archive has a password"),
                        Text("用密码解压后提交", "unpack it with the password and deliver the files"),
                    )
                found.setdefault(entry, _decoded(entry, info.flag_bits))
    except (zipfile.BadZipFile, OSError) as error:
        raise _refused(
            path,
            Text(f"无法读取：{error}", f"cannot be read: {error}"),
            Text("重新压缩后提交", "pack the files again and deliver them"),
        ) from None
    stems = {entry: PurePosixPath(name).with_suffix("") for entry, name in found.items()}
    times = Counter(stem.name for stem in stems.values())
    return [
        Member(stem.name if times[stem.name] == 1 else stem.as_posix(), entry, path)
        for entry, stem in stems.items()
    ]


def shapefile_parts(member: Member) -> dict[str, bytes]:
    """Contents of the files of a zipped Shapefile by ending.

    Raises
    ------
    LayerReadError
        A file of it cannot be unpacked.
    """
    stem = member.entry[:-4].casefold()
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(member.archive) as archive:
        for entry in archive.namelist():
            if entry[:-4].casefold() == stem:
                try:
                    parts[entry[-4:].lower()] = archive.read(entry)
                except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
                    raise _refused(
                        member.archive,
                        Text(
                            f"{member.name}{entry[-4:]} 无法解压：{error}",
                            f"{member.name}{entry[-4:]} cannot be unpacked: {error}",
                        ),
                        Text("重新压缩后提交", "pack the files again and deliver them"),
                    ) from None
    return parts


def _layer_entry(entry: str) -> str | None:
    """The entry of the layer that a file belongs to: itself, or the FileGDB folder around it."""
    pure = PurePosixPath(entry)
    if "__MACOSX" in pure.parts:
        return None
    for depth, part in enumerate(pure.parts, start=1):
        if part.lower().endswith(".gdb"):
            return "/".join(pure.parts[:depth])
    return entry if entry.lower().endswith(INSIDE) else None


def _decoded(entry: str, flags: int) -> str:
    """A name as its packer meant it: Chinese Windows packs names in GBK and does not say so."""
    if flags & _UTF8_NAME:
        return entry
    try:
        raw = entry.encode("cp437")
    except UnicodeEncodeError:
        return entry
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry


def _refused(path: Path, what: Text, remedy: Text) -> LayerReadError:
    return LayerReadError(problems=[Problem(str(path), what, remedy)])
