from __future__ import annotations

import struct

import pytest

from eco_gis.layers.formats.dbf import choose_encoding


def dbf(*values: bytes, width: int = 20) -> bytes:
    """A .dbf with one character field."""
    field = b"NAME".ljust(11, b"\0") + b"C" + bytes(4) + bytes([width]) + bytes(15)
    head = struct.pack("<4sIHH20x", b"\x03\x7c\x01\x01", len(values), 65, width + 1)
    return head + field + b"\r" + b"".join(b" " + v.ljust(width) for v in values) + b"\x1a"


@pytest.mark.parametrize(
    ("values", "cpg", "name"),
    [
        ([b"plain"], "", "utf-8"),
        (["红线".encode()], "", "utf-8"),
        (["红线".encode("gbk")], "", "gb18030"),
        (["红线".encode("gbk")], "GBK", "gb18030"),
        (["红线".encode("gbk")], "936", "gb18030"),
        (["红线".encode("gbk")], "UTF-8", "gb18030"),
        (["红线".encode()], "GB2312", "gb18030"),
        (["Zürich".encode("latin-1")], "ISO-8859-1", "iso8859-1"),
        ([b"a\xff b"], "", "iso-8859-1"),
    ],
)
def test_encoding_follows_the_bytes(values: list[bytes], cpg: str, name: str) -> None:
    assert choose_encoding(dbf(*values), cpg).name == name


def test_a_guess_is_told_and_a_certainty_is_not() -> None:
    assert "no .cpg" in str(choose_encoding(dbf("红线".encode("gbk")), "").remark)
    assert "the .cpg says UTF-8" in str(choose_encoding(dbf("红线".encode("gbk")), "UTF-8").remark)
    assert choose_encoding(dbf("红线".encode()), "").remark is None


def test_a_character_cut_by_the_field_width_does_not_hide_utf8() -> None:
    cut = "生态保护红线区".encode()[:20]
    assert choose_encoding(dbf(cut), "").name == "utf-8"
