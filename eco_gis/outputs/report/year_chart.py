"""The chart of a series: what joined and what left each year, by cause."""

from __future__ import annotations

import matplotlib
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from eco_gis.model.change import Cause, ChangeResult, Direction
from eco_gis.model.fact import FactBook, ledger_fact_id
from eco_gis.outputs.report.charts import DPI, DRAWING, FAINT, INK, png
from eco_gis.outputs.report.fonts import face_for
from eco_gis.outputs.tables.flows import occurring
from eco_gis.text import Lang, Text
from eco_gis.units import from_m2, shown_area

AXIS = Text("增加（上）与减少（下），公顷", "Joined (up) and left (down), ha")
TITLE = Text("逐年增减，按事由", "Year by year, by cause")
LOOKS = {
    Cause.LOCAL_ADJUSTMENT: ("#4F8FE0", ""),
    Cause.WITH_RESERVE: ("#3C9A5F", "//"),
    Cause.BORDER_SURVEY: ("#8E6BBF", ".."),
    Cause.CORRECTION: ("#7A8594", "\\\\"),
    Cause.OTHER_ENTRY: ("#B79A4B", "--"),
    Cause.COPY: ("#C9CED6", "++"),
    Cause.CLIPPING: ("#A9B6A0", "||"),
    Cause.UNDOCUMENTED: ("#F0642F", "xx"),
}
"""Colour and hatch, so that colour is never the only sign."""


def years_chart(change: ChangeResult, book: FactBook, lang: Lang) -> bytes:
    """Stacked columns of every step of the series as PNG; every height is a fact of the run."""
    causes = occurring(change.years)
    steps = [f"{step.old_version}→{step.new_version}" for step in change.years]
    labels = [cause.label.to(lang) for cause in causes]
    title = f"{change.label.to(lang)}{'：' if lang == 'zh' else ': '}{TITLE.to(lang)}"
    face = face_for("".join([title, AXIS.to(lang), *labels, *steps, "0123456789,.-−<→"]))
    with matplotlib.rc_context(DRAWING):
        figure = Figure(figsize=(7.0, 3.2), dpi=DPI, layout="constrained")
        axes = figure.subplots()
        for position, step in enumerate(change.years):
            for direction, sign in ((Direction.GAINED, 1), (Direction.LOST, -1)):
                level = 0.0
                for cause in causes:
                    area = book.number(
                        ledger_fact_id(change.series, step.key, "comparison", "all", f"{direction}_{cause}")
                    )
                    if not area:
                        continue
                    height = sign * from_m2(area, "ha")
                    color, hatch = LOOKS[cause]
                    axes.bar(
                        position,
                        height,
                        bottom=level,
                        width=0.5,
                        color=color,
                        hatch=hatch,
                        edgecolor=INK,
                        linewidth=0.7,
                    )
                    axes.annotate(
                        face.text(shown_area(area, "ha")), (position, level + height / 2), ha="center", va="center",
                        fontproperties=face.at(7), color=INK,
                        bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
                    )  # fmt: skip
                    level += height
        axes.axhline(0, color=INK, linewidth=0.8)
        axes.set_xticks(range(len(steps)), [face.text(s) for s in steps], fontproperties=face.at(8))
        axes.set_xlim(-0.6, len(steps) - 0.4)
        axes.margins(y=0.12)
        axes.set_ylabel(face.text(AXIS.to(lang)), fontproperties=face.at(7.5), color=INK)
        axes.tick_params(colors=FAINT, labelsize=7)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        handles = [
            Patch(facecolor=LOOKS[c][0], hatch=LOOKS[c][1], edgecolor=INK, label=face.text(label))
            for c, label in zip(causes, labels, strict=True)
        ]
        axes.legend(
            handles=handles, prop=face.at(7), frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5)
        )
        figure.suptitle(face.text(title), fontproperties=face.at(11), color=INK)
        return png(figure)
