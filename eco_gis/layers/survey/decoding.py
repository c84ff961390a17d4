"""Text of a file that does not say in which encoding it is: BOM, UTF-16, UTF-8, GBK.

The rule is that of Shapefile attributes: UTF-8 if every byte agrees, else GB18030, which holds GBK and
GB2312. A UTF-8 file with a few damaged bytes would also decode as GB18030, into nonsense; it is told from
real GBK by how much of it still is UTF-8, and refused with the line.
"""

from __future__ import annotations

import codecs
import re

from eco_gis.layers.survey.findings import Findings, shortened
from eco_gis.text import Text

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff\ufeff\u200b-\u200f\u2060]")
_HARMLESS = dict.fromkeys(map(ord, "\ufeff\u200b\u200e\u200f\u2060\x1a"))
"""Marks of byte order and direction and the end mark of DOS, which editors leave in the middle of files."""

Line = tuple[int, str]


def text_lines(findings: Findings, encoding: str | None) -> list[Line]:
    """Lines of a text file that hold anything, with their numbers from 1; tabs at the ends stay.

    Parameters
    ----------
    findings
        Names the file; gets a note about an encoding that had to be chosen and a problem for every line
        with signs that no text holds.
    encoding
        From the catalog; None to decide by the bytes.

    Raises
    ------
    LayerReadError
        The bytes are no text.
    OSError
        The file cannot be opened.
    """
    text = _decoded(findings.file.read_bytes(), encoding, findings)
    findings.stop()
    lines = [
        (n, line.translate(_HARMLESS).strip(" \r\f\v\u3000"))
        for n, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1)
    ]
    for n, line in lines:
        if _INVISIBLE.search(line):
            what = Text(f"含有不可见的控制符：{shortened(line)}", f"holds control signs: {shortened(line)}")
            remedy = Text("文件可能已损坏：重新导出", "the file is probably damaged: export it again")
            findings.problem(n, what, remedy)
    return [(n, line) for n, line in lines if line.strip()]


def _decoded(data: bytes, encoding: str | None, findings: Findings) -> str:
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _strict(data[len(bom) :], name, findings)
    if encoding:
        return _strict(data, encoding, findings)
    wide = _utf16(data)
    if wide:
        return _strict(data, wide, findings)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        rest = data.decode("utf-8", "replace")
    good = sum(1 for c in rest if not c.isascii() and c != "\ufffd")
    if good > 4 * rest.count("\ufffd"):
        return _strict(data, "utf-8", findings)
    text = _strict(data, "gb18030", findings)
    findings.note(
        Text("没有 BOM，也不是 UTF-8：按 GB18030（GBK）读取", "no BOM and no UTF-8: read as GB18030 (GBK)")
    )
    return text


def _utf16(data: bytes) -> str:
    """UTF-16 without a BOM has a zero in every other byte of its digits and commas."""
    head = data[:4000]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 5 < len(head) // 2 or not head:
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _strict(data: bytes, encoding: str, findings: Findings) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        name = encoding.upper()
        what = Text(
            f"第 {error.start} 字节起不是 {name} 文本", f"from byte {error.start} on it is no {name} text"
        )
        remedy = Text(
            "重新导出文件；若编码不对，在目录中写明 encoding",
            "export the file again; if that is the wrong encoding, set `encoding` in the catalog",
        )
        findings.problem(line, what, remedy)
        return ""
