"""The quiet link at the foot of a figure that saves it: pictures in three shapes, the table as displayed.

`assets/save.js` completes the addresses with the view that is shown, and says how it goes.
"""

from typing import Any

from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.component_tree import holding, kind, of, parts, text
from scidip.dashboard.core.fast_html import Element, aria, el
from scidip.figures.framed import SIZES
from scidip.findings.exhibit import Table, said
from scidip.indicators.language.current import N_, _

SHAPES = {"wide": N_("16:9, wide"), "standard": N_("4:3, standard"), "square": N_("1:1, square")}
PICTURES = (("png", "PNG"), ("svg", "SVG"), ("pdf", "PDF"))
TABLES = (("csv", "CSV"), ("xlsx", "Excel"))


def offer(body: Any, full: str = "") -> list[Element]:
    """Return the link for what *body* holds: charts, a table, both; nothing when it holds neither.

    *full* is the address of all figures, where there is a file of them.
    """
    charts, tables = _inside(body)
    if not charts and not tables:
        return []
    rows = [*_pictures(charts), *(_table(full) if tables else []), *_elsewhere(charts)]
    said = el("P", "", className="save-said", role="status")
    body_ = el("Div", [*rows, said], className="save-body")
    return [el("Details", [el("Summary", _("Save")), body_], className="save")]


def _pictures(charts: list[tuple[str, str]]) -> list[Element]:
    if not charts:
        return []
    shapes = [el("Option", _(words), value=shape) for shape, words in SHAPES.items() if shape in SIZES]
    choices = [el("Select", shapes, className="save-shape", **{"aria-label": _("Shape of the picture")})]
    if len(charts) > 1:
        panels = [el("Option", name or part, value=part) for part, name in charts]
        choices.insert(0, el("Select", panels, className="save-part", **{"aria-label": _("Which chart")}))
    links = [_link(kind_, words, part=charts[0][0]) for kind_, words in PICTURES]
    return [_row(_("Picture"), [*choices, el("Span", links, className="save-links")])]


def _table(full: str) -> list[Element]:
    rows = [_row(_("Table as displayed"), [_link(kind_, words) for kind_, words in TABLES])]
    if full:
        rows.append(_row(_("All figures"), [el("A", "CSV", href=full)]))
    return rows


def _elsewhere(charts: list[tuple[str, str]]) -> list[Element]:
    """Return what is pasted into a page of another site: the part itself, or its picture with these figures."""
    part = charts[0][0] if charts else ""
    frame = _row(_("In a page of your own"), [_copied("frame", _("Interactive, with the newest figures"), part)])
    frame["props"]["className"] += " save-embed"
    picture = _copied("picture", _("Address of the picture, with these figures"), part)
    return [frame, *([_row(_("Picture in a page"), [picture])] if charts else [])]


def _copied(kind_: str, words: str, part: str) -> Element:
    data = {"data-copies": kind_, "data-part": part, "data-done": _("Copied: {text}")}
    return el("A", words, href="#", **data)


def _row(name: str, things: list[Element]) -> Element:
    return el("Div", [el("Span", name, className="save-name"), *things], className="save-row")


def _link(kind_: str, words: str, part: str = "") -> Element:
    data = {
        "data-save": kind_,
        "data-part": part,
        "data-busy": _("Making the file …"),
        "data-done": _("Saved: {name}"),
        "data-failed": _("The server cannot be reached. Try again."),
    }
    return el("A", words, href="#", **data)


def _inside(node: Any) -> tuple[list[tuple[str, str]], int]:
    """Return the charts below *node*, each with the name of its panel, and how many tables there are."""
    charts: list[tuple[str, str]] = []
    tables, panel = 0, ""
    stack = [node]
    while stack:
        at = stack.pop()
        name = kind(at)
        if name == "H3":
            panel = text(at)
        elif name == "Graph":
            charts.append((str(of(at, "id")), panel))
        elif name == "Table":
            tables += 1
        else:
            stack.extend(reversed([p for p in parts(at) if not isinstance(p, str)]))
    return charts, tables


def whole_table(title: str, subtitle: str, head: list[str], rows: list[Any], values: Table) -> Component:
    """Return a table in full, which holds the *values* it shows; its caption is heard only."""
    caption = said(values.caption)
    for row in rows:
        _label(row, head)
    table = html.Table(
        [
            html.Caption(caption, className="visually-hidden"),
            html.Thead(html.Tr([html.Th(h, scope="col") for h in head])),
            html.Tbody(rows),
        ],
        className="table stack",
    )
    frame = html.Div(holding(table, values), className="table-frame", tabIndex=0, role="region", **aria(label=caption))
    return html.Section(
        [html.H2(title, className="figure-title"), html.P(subtitle, className="figure-subtitle"), frame, *offer(table)],
        className="figure",
    )


def _label(row: html.Tr, head: list[str]) -> None:
    """Give each figure of *row* the head of its column, which stands beside it where rows are cards.

    A row whose first cell is that of a row above ends in the same columns.
    """
    cells = row.children if isinstance(row.children, list) else []
    for cell, name in zip(reversed(cells), reversed(head[1:]), strict=False):
        if isinstance(cell, html.Td) and cell.children and not getattr(cell, "colSpan", None):
            setattr(cell, "data-label", name)
