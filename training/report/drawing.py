"""How the report's diagrams look, and how one becomes a part of the page.

Model and exact posterior differ in colour, line, marker and filling, so that either is told
without colour. The colours are Okabe and Ito's, made to be told apart by colour-blind people.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any, Final

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

BLUE: Final = "#0072b2"
VERMILION: Final = "#d55e00"
BLACK: Final = "#000000"
GREY: Final = "#767676"
MODEL: Final[dict[str, Any]] = {"color": BLUE, "marker": "o", "linestyle": "-", "label": "model"}
CEILING: Final[dict[str, Any]] = {
    **{"color": BLACK, "marker": "s", "linestyle": "--", "label": "exact posterior"},
    **{"markerfacecolor": "none", "markersize": 6},  # around the model's, where they coincide
}
WIDTH: Final = 7.2  # inches, which fit on A4
_STYLE: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",  # text stays text: it can be searched, copied and read aloud
    "svg.hashsalt": "supine",  # the same diagram, the same bytes
    "text.parse_math": False,  # a dollar sign is one
    "font.size": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "lines.markersize": 3.5,
    "lines.linewidth": 1.2,
    "legend.frameon": False,
}


@contextmanager
def styled() -> Iterator[None]:
    """Figures that are made and drawn within look like the others."""
    with mpl.rc_context(_STYLE):
        yield


def looks() -> Iterator[dict[str, Any]]:
    """Colour, line and marker for one line after another; the triple returns after 140."""
    colors = cycle((BLUE, VERMILION, "#009e73", "#cc79a7", BLACK))
    for color, line, marker in zip(colors, cycle(("-", "--", "-.", ":")), cycle("os^Dvx*")):
        yield {"color": color, "linestyle": line, "marker": marker}


def log(axes: Axes, which: str) -> None:
    """Make the axis x or y logarithmic, with plain numbers at the powers of ten."""
    getattr(axes, f"set_{which}scale")("log", nonpositive="clip")
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_formatter(lambda v, _: f"{v:,.0f}" if v >= 1 else f"{v:g}")
    axis.set_minor_formatter(NullFormatter())


def svg(figure: Figure, says: str) -> Markup:
    """The figure as an element of a page, with words for who cannot see it.

    Names that only number its parts go: they would be there once for each diagram.
    """
    buffer = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    figure.savefig(buffer, format="svg", metadata=nothing, transparent=True)
    text = buffer.getvalue()
    element = re.sub(r' id="[a-zA-Z0-9]+_\d+"', "", text[text.index("<svg") :])
    named = Markup('<svg role="img" aria-label="{}"').format(says)
    return named + Markup(element.removeprefix("<svg"))  # noqa: S704 - matplotlib escapes texts
