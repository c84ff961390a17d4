"""The chart of a ledger: from the opening to the closing extent, with what left and what joined."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from eco_gis.model.change import ChangeResult, Comparison, Direction
from eco_gis.model.fact import FactBook, ledger_fact_id
from eco_gis.model.role import LayerRole
from eco_gis.outputs.report.fonts import Face, face_for
from eco_gis.outputs.style import AreaStyle, direction_style, role_style
from eco_gis.outputs.tables.change import comparison_name
from eco_gis.text import Lang, Text
from eco_gis.units import from_m2, shown, shown_area

DPI = 200
INK = "#2B2F36"
FAINT = "#8A9099"
DRAWING: Any = {"hatch.linewidth": 0.5, "axes.unicode_minus": False, "path.simplify": True}
"""Drawing parameters of all figures, whatever the user's own settings are."""

WORDS = {
    "opening": Text("期初面积", "Opening"),
    "closing": Text("期末面积", "Closing"),
    "lost_documented": Text("减少\n有批准", "Lost,\napproved"),
    "lost_undocumented": Text("减少\n未见批准", "Lost, no\napproval"),
    "lost_copied": Text("减少\n副本差异", "Lost,\ncopy"),
    "gained_copied": Text("增加\n副本差异", "Gained,\ncopy"),
    "gained_documented": Text("增加\n有批准", "Gained,\napproved"),
    "gained_undocumented": Text("增加\n未见批准", "Gained, no\napproval"),
    "axis": Text("面积（公顷）", "Area (ha)"),
    "cut": Text("纵轴未从 0 起", "vertical axis does not start at 0"),
    "towns": Text("各镇街变化（公顷）", "Change by township (ha)"),
    "none": Text("各镇街均无变化", "No township changed"),
}
STEPS = (
    *("lost_documented", "lost_copied", "lost_undocumented"),
    *("gained_documented", "gained_copied", "gained_undocumented"),
)


@dataclass(frozen=True)
class Bar:
    """One column of the waterfall, in hectares."""

    key: str
    bottom: float
    height: float
    label: str


def ledger_chart(change: ChangeResult, comparison: Comparison, book: FactBook, lang: Lang) -> bytes:
    """The ledger of a comparison as PNG: opening, lost and gained, closing, and the townships that changed.

    Every number is a fact of the run; the same facts give the same picture.
    """
    bars = _bars(change, comparison, book)
    towns = _towns(change, comparison, book)
    title = comparison_name(change, comparison).to(lang)
    every = [title, *(w.to(lang) for w in WORDS.values()), *(name for name, *_ in towns), "0123456789,.-−+<%"]
    face = face_for("".join(every))
    with matplotlib.rc_context(DRAWING):
        figure = Figure(figsize=(7.0, 3.6 if towns else 3.2), dpi=DPI, layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
        _waterfall(left, bars, face, change.role, lang)
        _town_bars(right, towns, face, lang)
        figure.suptitle(face.text(title), fontproperties=face.at(11), color=INK)
        return png(figure)


def png(figure: Figure, *, dpi: float = DPI) -> bytes:
    """The figure as PNG bytes without dates or versions."""
    out = BytesIO()
    figure.set_dpi(dpi)
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    size = canvas.get_width_height()
    # opaque, and packed no harder than pays: drawings of flat colours hardly get smaller
    drawn = Image.frombuffer("RGBA", size, canvas.buffer_rgba(), "raw", "RGBA", 0, 1).convert("RGB")
    drawn.save(out, "png", compress_level=3, dpi=(dpi, dpi))
    return out.getvalue()


def _bars(change: ChangeResult, comparison: Comparison, book: FactBook) -> list[Bar]:
    def fact(level: str, key: str, quantity: str) -> float:
        return book.number(ledger_fact_id(change.series, comparison.key, level, key, quantity))

    opening, closing = fact("county", "county", "opening"), fact("county", "county", "closing")
    bars = [Bar("opening", 0.0, from_m2(opening, "ha"), shown_area(opening, "ha"))]
    top = bars[0].height
    for key in STEPS:
        area = fact("comparison", "all", key)
        if area == 0 and key != "lost_undocumented":
            continue
        height = from_m2(area, "ha")
        is_loss = key.startswith("lost")
        top = top - height if is_loss else top
        bars.append(Bar(key, top, height, _signed(shown_area(area, "ha"), -area if is_loss else area)))
        top = top if is_loss else top + height
    return [*bars, Bar("closing", 0.0, from_m2(closing, "ha"), shown_area(closing, "ha"))]


def _towns(change: ChangeResult, comparison: Comparison, book: FactBook) -> list[tuple[str, float, float]]:
    """Name, lost and gained hectares of the ten townships that changed most."""
    rows = []
    for row in comparison.townships:
        lost, gained = (
            from_m2(
                book.number(ledger_fact_id(change.series, comparison.key, row.level, row.key, quantity)),
                "ha",
            )
            for quantity in ("lost", "gained")
        )
        if max(lost, gained) >= 5e-5:
            rows.append((row.name or "—", lost, gained))
    return sorted(rows, key=lambda r: -(r[1] + r[2]))[:10]


def _waterfall(axes: Axes, bars: list[Bar], face: Face, role: LayerRole, lang: Lang) -> None:
    stocks = [b.height for b in bars if b.key in ("opening", "closing")]
    flows = [b for b in bars if b.key not in ("opening", "closing")]
    low = min([*stocks, *(b.bottom for b in flows)])
    span = max(max(stocks) - low, 1e-3 * max(*stocks, 1e-9))
    base = 0.0 if low - 2.0 * span <= 0 else low - 1.2 * span
    for position, bar in enumerate(bars):
        style = _style(bar.key, role)
        bottom = max(bar.bottom, base)
        axes.bar(
            position,
            bar.bottom + bar.height - bottom,
            bottom=bottom,
            width=0.62,
            color=_tint(style),
            edgecolor=style.line,
            hatch="" if bar.key.endswith("_documented") else style.pattern.hatch,
            linewidth=0.9,
        )
        axes.annotate(
            face.text(bar.label),
            (position, bar.bottom + bar.height),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            fontproperties=face.at(7),
            color=INK,
        )
        if position:
            before = bars[position - 1]
            level = before.bottom if before.key.startswith("lost") else before.bottom + before.height
            axes.plot((position - 0.69, position - 0.31), (level, level), color=FAINT, linewidth=0.7)
    axes.set_xticks(range(len(bars)), [face.text(WORDS[b.key].to(lang)) for b in bars])
    axes.set_ylim(base, max(b.bottom + b.height for b in bars) + 0.25 * (span if base else max(stocks)))
    label = WORDS["axis"].to(lang)
    if base:
        label += f"  {WORDS['cut'].to(lang)}" if lang == "en" else f"，{WORDS['cut'].to(lang)}"
    axes.set_ylabel(face.text(label), fontproperties=face.at(7.5), color=INK)
    _quiet(axes, face)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if span > 5 else f"{value:,.2f}")


def _town_bars(axes: Axes, towns: list[tuple[str, float, float]], face: Face, lang: Lang) -> None:
    axes.set_title(face.text(WORDS["towns"].to(lang)), fontproperties=face.at(8), color=INK)
    if not towns:
        axes.set_axis_off()
        axes.text(
            0.5, 0.5, face.text(WORDS["none"].to(lang)), ha="center", transform=axes.transAxes,
            fontproperties=face.at(9), color=FAINT,
        )  # fmt: skip
        return
    largest = max(max(lost, gained) for _, lost, gained in towns)
    for position, (_, lost, gained) in enumerate(towns):
        for value, direction in ((-lost, Direction.LOST), (gained, Direction.GAINED)):
            if not value:
                continue
            style = direction_style(direction)
            axes.barh(
                position, value, height=0.6, color=_tint(style), edgecolor=style.line,
                hatch=style.pattern.hatch, linewidth=0.9,
            )  # fmt: skip
            axes.annotate(
                _signed(shown(abs(value), 4), value), (value, position), xytext=(3 if value > 0 else -3, 0),
                textcoords="offset points", ha="left" if value > 0 else "right", va="center",
                fontproperties=face.at(7), color=INK,
            )  # fmt: skip
    left = 1.55 * largest if any(lost for _, lost, _ in towns) else 0.1 * largest
    right = 1.55 * largest if any(gained for *_, gained in towns) else 0.1 * largest
    axes.set_xlim(-left, right)
    axes.set_yticks(range(len(towns)), [face.text(name) for name, *_ in towns])
    axes.invert_yaxis()
    axes.axvline(0, color=INK, linewidth=0.8)
    _quiet(axes, face)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)


def _signed(words: str, value: float) -> str:
    """A shown amount with its sign; what is below the last digit, and zero, keeps its words."""
    if value == 0 or words.startswith("<"):
        return words
    return f"{'−' if value < 0 else '+'}{words}"


def _quiet(axes: Axes, face: Face) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(FAINT)
    axes.tick_params(colors=INK, length=0)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(face.at(7))


def _style(key: str, role: LayerRole) -> AreaStyle:
    if key.startswith("lost"):
        return direction_style(Direction.LOST)
    if key.startswith("gained"):
        return direction_style(Direction.GAINED)
    return role_style(role)


def _tint(style: AreaStyle) -> Any:
    return tuple(1 - (1 - c) * 0.4 for c in to_rgb(style.fill))
