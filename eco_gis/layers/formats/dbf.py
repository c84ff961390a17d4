"""The encoding of a Shapefile's attributes, from its own bytes.

Chinese .dbf files are mostly GBK, and the .cpg file that says so is often missing; GDAL then reads them
as Latin-1 without a word. The rule here: the .cpg if the bytes agree with it, else UTF-8 if every value
decodes strictly, else GB18030, which holds GBK and GB2312.
"""

from __future__ import annotations

import codecs
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from eco_gis.text import Text

_HIGH = re.compile(rb"[\x80-\xff]+")


@dataclass(frozen=True)
class DbfEncoding:
    """What the attributes are read with, and why."""

    name: str
    remark: Text | None = None
    """What a reader must know; None where the choice is beyond doubt."""


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
    DbfEncoding(name='utf-8', remark=None)
    """
    values = list(_texts(dbf))
    declared = _codec(cpg)
    if declared and _all_decode(values, declared):
        return DbfEncoding(declared)
    said = cpg.strip()
    if _all_decode(values, "utf-8"):
        return DbfEncoding("utf-8", _read_as("utf-8", said) if said else None)
    # Latin-1 bytes often make sense in GB18030 too, so the choice is always told
    chinese = _all_decode(values, "gb18030") and looks_chinese(b" ".join(values))
    fallback = "gb18030" if chinese else "iso-8859-1"
    return DbfEncoding(fallback, _read_as(fallback, said))


def looks_chinese(text: bytes) -> bool:
    """Whether bytes that are no ASCII come in pairs, as in GBK, and not one by one, as in Latin-1.

    >>> looks_chinese("巍山镇".encode("gbk")), looks_chinese("Málaga".encode("latin-1"))
    (True, False)
    """
    runs = [len(run) for run in _HIGH.findall(text)]
    return sum(n for n in runs if n % 2 == 0) > sum(runs) / 2


def _read_as(encoding: str, said: str) -> Text:
    """Why the attributes are read with an encoding that no .cpg file vouches for."""
    why = Text("没有 .cpg 文件", "there is no .cpg file")
    if said:
        why = Text(f".cpg 写的是 {said}，与属性不符", f"the .cpg says {said} but the attributes are not")
    name = encoding.upper()
    return Text(f"{why.zh}；属性按 {name} 读取", f"{why.en}; attributes read as {name}")


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
