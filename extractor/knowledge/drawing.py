"""Draws a chart of `charting.py` with matplotlib (extra `plot`): SVG or PNG, the same bytes for the same chart."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from extractor.knowledge.charting import Chart, Curve, Mark
from extractor.messages import Messages

#: Colours that are told apart by most eyes (Okabe and Ito 2008), then repeated with another dash.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
#: How a status looks: sign, filled, line.
LOOKS: dict[str, tuple[str, bool, Any]] = {
    "actual": ("o", True, "-"),
    "estimate": ("o", False, "--"),
    "target": ("^", False, ":"),
}
#: A period longer than this many days is drawn as wide as it is.
LONG = timedelta(days=400)


def draw(chart: Chart, target: Path, form: str, say: Messages) -> None:
    """Write the chart as `svg` or `png`."""
    with mpl.rc_context({
        "svg.hashsalt": "danvan", "svg.fonttype": "path", "font.family": "DejaVu Sans", "axes.spines.top": False,
        "axes.spines.right": False, "axes.formatter.use_locale": False,
    }):  # fmt: skip
        figure = Figure(figsize=(9, 5.2), layout="constrained")
        axes = figure.add_subplot()
        for number, curve in enumerate(chart.curves):
            _curve(axes, curve, COLOURS[number % len(COLOURS)])
        _breaks(axes, chart, say)
        _frame(axes, chart, say)
        metadata = (
            {"Date": None, "Title": chart.title} if form == "svg" else {"Title": chart.title, "Software": "danvan"}
        )
        figure.savefig(target, format=form, dpi=150, metadata=metadata)


def _curve(axes: Any, curve: Curve, colour: str) -> None:
    """The points of a series; those of one status are joined, results with estimates."""
    for status, (sign, filled, line) in LOOKS.items():
        marks = [mark for mark in curve.marks if mark.status == status]
        face = colour if filled else "white"
        for mark in marks:
            if mark.last - mark.first > LONG:
                axes.plot([mark.first, mark.last], [mark.value] * 2, color=colour, linewidth=2.2, alpha=0.35)
            if mark.value_max is not None:
                axes.plot([mark.middle] * 2, [mark.value, mark.value_max], color=colour, linewidth=1)
        axes.plot(
            [m.middle for m in marks], [m.value for m in marks], linestyle="none", marker=sign, color=colour,
            markerfacecolor=face, markersize=6.5, zorder=3,
        )  # fmt: skip
        if status != "estimate":
            joined = [m for m in curve.marks if m.status == status or (status == "actual" and m.status == "estimate")]
            for first, second in itertools.pairwise(joined):
                style = "--" if "estimate" in (first.status, second.status) else line
                if first.middle < second.middle:
                    axes.plot(
                        [first.middle, second.middle], [first.value, second.value], color=colour, linewidth=1.3,
                        linestyle=style, zorder=2,
                    )  # fmt: skip


def _breaks(axes: Any, chart: Chart, say: Messages) -> None:
    by_day: dict[date, dict[str, list[str]]] = {}
    for one in chart.breaks:
        by_day.setdefault(one.day, {}).setdefault(one.after, []).append(one.before)
    for day, merged in by_day.items():
        axes.axvline(day, color="#666666", linewidth=1, linestyle=(0, (4, 3)))
        names = [f"{' + '.join(before)} → {after}" for after, before in merged.items()]
        told = say("plot_merger", day=f"{day.day}/{day.month}/{day.year}") + "\n" + "\n".join(names)
        axes.annotate(
            told, (day, 1), xycoords=("data", "axes fraction"), xytext=(-4, -2), textcoords="offset points", ha="right",
            va="top", fontsize=8, color="#444444",
        )  # fmt: skip


def _frame(axes: Any, chart: Chart, say: Messages) -> None:
    """Title, axes, legends."""
    axes.set_title(chart.title[:1].upper() + chart.title[1:], loc="left", fontsize=13, fontweight="bold")
    axes.set_ylabel(chart.unit)
    axes.grid(axis="y", color="#dddddd", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _number(value, say)))
    axes.margins(x=0.06, y=0.14)
    _years(axes, [mark for curve in chart.curves for mark in curve.marks])
    colours = [
        Line2D([], [], color=COLOURS[n % len(COLOURS)], linewidth=3, label=curve.name)
        for n, curve in enumerate(chart.curves)
    ]  # fmt: skip
    statuses = {m.status for curve in chart.curves for m in curve.marks}
    signs = [
        Line2D([], [], color="#444444", marker=sign, markerfacecolor="#444444" if filled else "white", linestyle=line,
               label=say(f"plot_{status}"))
        for status, (sign, filled, line) in LOOKS.items()
        if status in statuses
    ]  # fmt: skip
    axes.legend(
        handles=colours + signs, loc="upper center", bbox_to_anchor=(0.5, -0.09), ncols=4, frameon=False, fontsize=9,
    )  # fmt: skip


def _years(axes: Any, marks: Sequence[Mark]) -> None:
    """A tick in the middle of each year, so that a year's point stands above its number."""
    if not marks:
        return
    first, last = min(m.first.year for m in marks), max(m.last.year for m in marks)
    ticks = MaxNLocator(10, integer=True, min_n_ticks=1).tick_values(first, last)
    years = sorted({int(year) for year in ticks if first <= year <= last} or {first})
    axes.set_xticks([date(year, 7, 1) for year in years], [str(year) for year in years])
    axes.set_xlim(date(first, 1, 1) - timedelta(days=60), date(last, 12, 31) + timedelta(days=60))


def _number(value: float, say: Messages) -> str:
    told = f"{value:,.10g}" if abs(value) < 1e15 else f"{value:.3g}"
    return told.translate(str.maketrans(",.", ".,")) if say.language == "vi" else told
