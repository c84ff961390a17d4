"""Headings of the ledger's workbook (台账.xlsx) and the words in it, by which entries are read back."""

from __future__ import annotations

from eco_gis.model.patches import Judgement, PatchState
from eco_gis.text import Text

KEYS = {
    "batch": Text("批次", "Batch"),
    "patch": Text("图斑编号", "Patch"),
    "revision": Text("版本", "Revision"),
}
"""Which patch a row is about, and which version of its entry the person saw."""

ENTRIES = {
    "state": Text("状态", "State"),
    "judgement": Text("核查结论", "Judgement"),
    "by": Text("核查人", "Judged by"),
    "on": Text("核查日期", "Judged on"),
    "note": Text("备注", "Note"),
}
"""What people fill in."""

STATES = {word: s for s in PatchState for word in (s.label.zh, s.label.en, s.value)}
JUDGEMENTS = {word: j for j in Judgement for word in (j.label.zh, j.label.en, j.value)}
"""What people may write, in either language."""
