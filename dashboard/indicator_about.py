"""What an indicator is: definition, unit, treatment, where its figures come from, and since when."""

from collections.abc import Callable
from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import components, sentences
from dashboard.quantity import Quantity
from figures import numbers, values
from figures.theme import Mode
from store import indicator_queries

WINSORISED = "winsorised "


def about(quantity: Quantity, year: int, mode: Mode, make: Callable[[str], str]) -> Component:
    """Return the facts beside the coverage by year."""
    facts = _indicator(quantity) if quantity.spec else _node(quantity)
    words = [html.Div([html.Dt(term), html.Dd(text)]) for term, text in facts if text]
    return html.Div(
        [
            html.Section([html.H2("What this is", className="figure-title"), html.Dl(words, className="facts")]),
            _coverage(quantity, year, mode, make),
        ],
        className="two-columns about",
    )  # fmt: skip


def _indicator(quantity: Quantity) -> list[tuple[str, Any]]:
    spec, ctx = quantity.spec, quantity.ctx
    assert spec is not None
    origins = ctx.query(indicator_queries.indicator_origins, code=quantity.code)
    proxy = "A proxy: it stands in for what no producer measures directly. " if spec.proxy else ""
    return [
        ("Definition", f"{spec.definition}{' Less is better.' if spec.direction < 0 else ''}"),
        ("Unit", quantity.unit),
        ("Place in the model", _place(quantity)),
        ("Note", f"{proxy}{spec.note} {spec.scored_note}".strip()),
        ("How it is scored", _scored(quantity)),
        ("How old a figure may be", f"A figure is carried forward for up to {spec.max_age} years, and marked."),
        ("Source, vintage, licence", _origins(origins)),
    ]  # fmt: skip


def _node(quantity: Quantity) -> list[tuple[str, Any]]:
    node, framework = quantity.node, quantity.ctx.catalogue.framework
    assert node is not None
    below = [n.name for n in framework.children(node.code) if not n.not_measured]
    below = below or [quantity.ctx.catalogue.indicators[i].name for i in node.indicators]
    method = quantity.ctx.catalogue.methodology
    return [
        ("Definition", f"Mean of {sentences.listed([b[:1].lower() + b[1:] for b in below])}."),
        ("Unit", "Score from 0 to 100, comparable between years."),
        ("Place in the model", _place(quantity)),
        ("How it is scored", method.description),
        ("Range", "The range a score and a rank take in nine of ten equally sensible ways of counting."),
        ("Source and licence", ["scidip, from the sources under ", dcc.Link("Downloads", href="/downloads"), "."]),
    ]  # fmt: skip


def _place(quantity: Quantity) -> str:
    framework = quantity.ctx.catalogue.framework
    code = quantity.dimension if quantity.spec else quantity.code
    if not code:
        return "Not part of the index; shown, or used to compute others."
    path = []
    while code:
        node = framework.node(code)
        path.append(f"{node.name} factor" if node.level == "factor" else node.name)
        code = node.parent
    scored = not quantity.spec or quantity.code in framework.leaves
    return " → ".join(reversed(path)) + ("" if scored else " (shown, not scored)")


def _scored(quantity: Quantity) -> str:
    found = quantity.ctx.query(indicator_queries.treatment_of, code=quantity.code)
    if not found:
        return "Not scored."
    if found["lower"] is None:
        return "Part of the model, but without a figure young enough for any scored year."
    rule = str(found["rule"])
    if rule.startswith(WINSORISED):
        n = int(rule.removeprefix(WINSORISED))
        words = f"The {sentences.count(n)} most extreme figures count as the next one, because the series is skewed. "
    else:
        words = {
            "none": "Used as it is: the series is not skewed. ",
            "log": "Taken as a logarithm, because the series is skewed. ",
        }.get(rule, f"Treated: {rule}. ")
    low, high = (quantity.write(float(found[k])) for k in ("lower", "upper"))  # type: ignore[arg-type]
    down = quantity.spec is not None and quantity.spec.direction < 0
    ends = (
        f"{high} scores 0 and {low} scores 100" if down else f"{low} scores 0 and {high} scores 100"
    )
    return f"{words}Then rescaled: {ends}, the extremes of all ranked countries and years together."


def _origins(origins: pd.DataFrame) -> str:
    parts = [
        ", ".join(
            str(p) for p in (r.source_title, r.vintage, r.licence) if isinstance(p, str) and p
        )
        for r in origins.itertuples()
    ]
    return "; ".join(dict.fromkeys(p for p in parts if p)) or "No figures are loaded."


def _coverage(quantity: Quantity, year: int, mode: Mode, make: Callable[[str], str]) -> Component:
    ask = indicator_queries.indicator_coverage if quantity.spec else indicator_queries.node_coverage
    key = "code" if quantity.spec else "node"
    frame = quantity.ctx.query(ask, **{key: quantity.code})
    figure = values.coverage(frame, mode, year, quantity.factor)
    own = dict(zip(frame["time_period"], frame["areas"], strict=True)).get(year, 0)
    what = "a figure" if quantity.spec else "a score"
    rows = [[f"{r.time_period}", f"{r.areas}"] for r in frame.iloc[::-1].itertuples()]
    label = f"Number of countries with {what} of each year; {own} in {year}."
    return components.titled(
        f"{numbers.number(own) if own else 'No'} countries have {what} of {year} itself",
        f"Countries with {what} of the year itself, by year; the year shown in full colour",
        [
            components.graph(make("coverage"), figure, label),
            components.as_table("Coverage as a table", f"Countries with {what}, by year", ("Year", "Countries"), rows),
        ],
        f"Counted by scidip; data version {quantity.ctx.data_version}.",
    )  # fmt: skip
