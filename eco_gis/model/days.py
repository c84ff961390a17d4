"""What people write of a document in the fields of a layer: its number and its day."""

from __future__ import annotations

import re
from datetime import date

_NO_DOCUMENT = {
    *("", "无", "没有", "暂无", "-", "--", "—", "——", "－", "/", "／", "\\"),
    *("none", "n.a.", "n.a", "n/a", "na", "nan", "nat", "null", "<na>"),
}
"""What people and programs write where there is no document."""

_DATE = re.compile(
    r"(\d{4})(?:(\d{2})(\d{2})(?:\.0)?|-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})"
    r"|年(\d{1,2})月(\d{1,2})日)(?:[T ]\d{2}:\d{2}.*)?"
)


def names_document(text: str) -> bool:
    """Whether a field names a document.

    >>> names_document("浙政函〔2023〕1号"), names_document("无"), names_document(" N/A ")
    (True, False, False)
    """
    return text.strip().lower() not in _NO_DOCUMENT


def day_of(text: str) -> date | None:
    """The day a text names; None where it names none.

    >>> {day_of(t) for t in ("2023-05-01", "2023/5/1", "2023年5月1日", "20230501", "2023.5.1", "2023-05-01 00:00:00")}
    {datetime.date(2023, 5, 1)}
    >>> [day_of(t) for t in ("", "2023", "2023-02-30")]
    [None, None, None]
    """
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None
