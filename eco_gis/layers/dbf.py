"""The encoding of a Shapefile's attributes, from its own bytes.

Chinese .dbf files are mostly GBK, and the .cpg file that says so is often missing; GDAL then reads them
as Latin-1 without a word. The rule here: the .cpg if the bytes agree with it, else UTF-8 if every value
decodes strictly, else GB18030, which holds GBK and GB2312.
"""

from __future__ import annotations

import codecs
import struct
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class DbfEncoding:
    """What the attributes are read with, and why."""

    name: str
    remark: str
    """What a reader must know; empty where the choice is beyond doubt."""


def choose_encoding(dbf: bytes, cpg: str) -> DbfEncoding:
    """The encoding of a .dbf file.

    Parameters
    ----------
    dbf
        The whole file.
    cpg
        Text of the .cpg file; empty where there is none.

    Examples
    --------
    >>> choose_encoding(b"", "")
    DbfEncoding(name='utf-8', remark='')
    """
    values = list(_texts(dbf))
    declared = _codec(cpg)
    if declared and _all_decode(values, declared):
        return DbfEncoding(declared, "")
    broken = f"the .cpg says {cpg.strip()} but the attributes are not; " if cpg.strip() else ""
    if _all_decode(values, "utf-8"):
        return DbfEncoding("utf-8", f"{broken}read as UTF-8" if broken else "")
    # Latin-1 bytes often make sense in GB18030 too, so the choice is always told
    fallback = "gb18030" if _all_decode(values, "gb18030") else "iso-8859-1"
    without = "" if cpg.strip() else "there is no .cpg file; "
    return DbfEncoding(fallback, f"{broken or without}attributes read as {fallback.upper()}")


def _codec(name: str) -> str:
    """Python's name for what a .cpg says; empty when it says nothing usable."""
    word = name.strip().lstrip("\ufeff")
    if word.isdigit():
        word = "utf-8" if word == "65001" else f"cp{word}"
    try:
        found = codecs.lookup(word.replace("ANSI ", "cp").replace("OEM ", "cp")).name if word else ""
    except LookupError:
        return ""
    return "gb18030" if found in {"gbk", "gb2312", "cp936"} else found


def _all_decode(values: list[bytes], encoding: str) -> bool:
    """Whether every value decodes; a last character cut off by the width of the field is forgiven."""
    decoder = codecs.getincrementaldecoder(encoding)
    try:
        for value in values:
            decoder().decode(value, False)
    except UnicodeDecodeError:
        return False
    return True


def _texts(dbf: bytes) -> Iterator[bytes]:
    """Field names and character values of a .dbf that are not plain ASCII."""
    if len(dbf) < 33:
        return
    count, header, width = struct.unpack_from("<IHH", dbf, 4)
    spans: list[tuple[int, int]] = []
    start = 1
    for at in range(32, min(header, len(dbf)) - 31, 32):
        if dbf[at] == 0x0D:
            break
        name, kind, length = dbf[at : at + 11].split(b"\0")[0], dbf[at + 11 : at + 12], dbf[at + 16]
        if not name.isascii():
            yield name
        if kind == b"C":
            length += dbf[at + 17] << 8
            spans.append((start, start + length))
        start += length
    if width == 0:
        return
    for at in range(header, min(header + count * width, len(dbf)), width):
        if dbf[at : at + width].isascii():
            continue
        for low, high in spans:
            value = dbf[at + low : at + high].rstrip(b" \0")
            if not value.isascii():
                yield value
