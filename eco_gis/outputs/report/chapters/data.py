"""Layers used, and the places for names, seal and date."""

from __future__ import annotations

from docx.shared import Emu

from eco_gis.outputs.report.paper import Report
from eco_gis.outputs.report.word_table import write


def data(report: Report) -> None:
    """Layers used, and the places for names, seal and date."""
    report.open("data")
    paper = report.paper
    paper.say(report.say("data_note").format(plane=report.result.plane.name))
    keys = ["layer", "version", "dates", "source", "authority", "secrecy"]
    keys += ["count_features", "lost_records", "repair_ambiguous_m2"]
    paper.table(report.tables["layers"].only(keys), size=8.5)
    made = paper.grid(2, [Emu(paper.width // 4)] * 4)
    for row, (left, right) in zip(made.rows, (("made_by", "checked_by"), ("office", "date")), strict=True):
        row.height = 500_000
        for place, words in zip(row.cells, (report.say(left), "", report.say(right), ""), strict=True):
            write(place, words, size=11, align="center")
