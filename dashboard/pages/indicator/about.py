"""What an indicator is: definition, unit, treatment, where its figures come from, and since when."""

from collections.abc import Callable
from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from scidip.dashboard.pages.indicator import own
from scidip.dashboard.widgets import cite_box, components
from scidip.dashboard.widgets.quantity import Quantity
from scidip.figures import values
from scidip.figures.rows import each_row
from scidip.figures.text import sentences
from scidip.figures.theme import Mode
from scidip.findings.exhibit import said
from scidip.findings.exhibits import indicator as indicator_exhibits
from scidip.indicators.language.current import N_, _, ngettext
from scidip.store.queries import indicator_queries

WINSORISED = "winsorised "


def about(quantity: Quantity, year: int, mode: Mode, make: Callable[[str], str]) -> Component:
    """Return the facts beside the coverage by year."""
    facts = _indicator(quantity) if quantity.spec else _node(quantity)
    words = [html.Div([html.Dt(term), html.Dd(text)]) for term, text in facts if text]
    return html.Div(
        [
            html.Section(
                [
                    html.H2(_("What this is"), className="figure-title"),
                    html.Dl(words, className="facts"),
                    _cite(quantity),
                ]
            ),
            _coverage(quantity, year, mode, make),
            *own.section(quantity, year),
        ],
        className="two-columns about",
    )


def _cite(quantity: Quantity) -> Any:
    if quantity.spec is None:
        return cite_box.cite(quantity.ctx, what="scores")
    return cite_box.cite(quantity.ctx, indicator=quantity.code)


def _indicator(quantity: Quantity) -> list[tuple[str, Any]]:
    spec, ctx = quantity.spec, quantity.ctx
    assert spec is not None
    origins = ctx.query(indicator_queries.indicator_origins, code=quantity.code)
    proxy = [_("A proxy: it stands in for what no producer measures directly.")] if spec.proxy else []
    less = [_("Less is better.")] if spec.direction < 0 else []
    return [
        (_("Definition"), " ".join([spec.definition, *less])),
        (_("Unit"), quantity.unit),
        (_("Place in the model"), _place(quantity)),
        (_("Note"), " ".join(t for t in (*proxy, spec.note, spec.scored_note) if t)),
        (_("How it is scored"), _scored(quantity)),
        (
            _("How old a figure may be"),
            ngettext(
                "A figure is carried forward for up to {n} year, and marked.",
                "A figure is carried forward for up to {n} years, and marked.",
                spec.max_age,
            ).format(n=spec.max_age),
        ),
        (_("Source, vintage, licence"), _origins(origins)),
    ]


def _node(quantity: Quantity) -> list[tuple[str, Any]]:
    node, framework = quantity.node, quantity.ctx.catalogue.framework
    assert node is not None
    below = [n.name for n in framework.children(node.code) if not n.not_measured]
    below = below or [quantity.ctx.catalogue.indicators[i].name for i in node.indicators]
    method = quantity.ctx.catalogue.methodology
    parts = sentences.listed([b[:1].lower() + b[1:] for b in below])
    source = _("scidip, from the sources under {downloads}.")
    return [
        (_("Definition"), _("Mean of {parts}.").format(parts=parts)),
        (_("Unit"), _("Score from 0 to 100, on one scale for all years.")),
        (_("Place in the model"), _place(quantity)),
        (_("How it is scored"), method.description),
        (_("Range"), _("The range a score and a rank take in 90 % of the simulated methods.")),
        (_("Source and licence"), components.sentence(source, downloads=dcc.Link(_("Downloads"), href="/downloads"))),
    ]


def _place(quantity: Quantity) -> str:
    framework = quantity.ctx.catalogue.framework
    code = quantity.dimension if quantity.spec else quantity.code
    if quantity.spec and quantity.spec.supplied_by:
        return _("Beside the index: a figure of {institution}.").format(institution=quantity.spec.supplied_by)
    if not code:
        return _("Not part of the index; shown, or used to compute others.")
    path = []
    while code:
        node = framework.node(code)
        path.append(sentences.factor_title(node.name) if node.level == "factor" else node.name)
        code = node.parent
    scored = not quantity.spec or quantity.code in framework.leaves
    words = "{place}" if scored else _("{place} (shown, not scored)")
    return words.format(place=" → ".join(reversed(path)))


def _scored(quantity: Quantity) -> str:
    found = quantity.ctx.query(indicator_queries.treatment_of, code=quantity.code)
    if not found:
        return _("Not scored.")
    if found["lower"] is None:
        return _("Part of the model, but without a figure young enough for any scored year.")
    rule = str(found["rule"])
    if rule.startswith(WINSORISED):
        n = int(rule.removeprefix(WINSORISED))
        words = _("The {n} most extreme figures count as the next one, because the series is skewed.").format(
            n=sentences.count(n)
        )
    else:
        words = {
            "none": _("Used as it is: the series is not skewed."),
            "log": _("Taken as a logarithm, because the series is skewed."),
        }.get(rule, _("Treated: {rule}.").format(rule=rule))
    low, high = (quantity.write(float(found[k])) for k in ("lower", "upper"))
    down = quantity.spec is not None and quantity.spec.direction < 0
    scale = _(
        "Then rescaled: {zero} scores 0 and {hundred} scores 100, the extremes of all ranked countries and years "
        "together."
    ).format(zero=high if down else low, hundred=low if down else high)
    return f"{words} {scale}"


def _origins(origins: pd.DataFrame) -> str:
    parts = [
        ", ".join(str(p) for p in (r.source_title, r.vintage, r.licence) if isinstance(p, str) and p)
        for r in each_row(origins)
    ]
    return _("; ").join(dict.fromkeys(p for p in parts if p)) or _("No figures are loaded.")


def _coverage(quantity: Quantity, year: int, mode: Mode, make: Callable[[str], str]) -> Component:
    ask = indicator_queries.indicator_coverage if quantity.spec else indicator_queries.node_coverage
    key = "code" if quantity.spec else "node"
    frame = quantity.ctx.query(ask, **{key: quantity.code})
    figure = values.coverage(frame, mode, year, quantity.factor)
    own = dict(zip(frame["time_period"], frame["areas"], strict=True)).get(year, 0)
    told = _figure_words() if quantity.spec else _score_words()
    label, title, subtitle = (_(text).format(n=own, year=year) for text in told[:3])
    held = indicator_exhibits.coverage(quantity.ctx, quantity.code, frame, told[3])
    rows = [[str(r["time_period"]), str(r["areas"])] for r in held.records()]
    return components.titled(
        title,
        subtitle,
        [
            components.graph(make("coverage"), figure, label),
            components.as_table(_("Coverage as a table"), said(held.caption), (_("Year"), _("Countries")), rows, held),
        ],
        _("Counted by scidip; data version {version}.").format(version=quantity.ctx.data_version),
    )


def _figure_words() -> tuple[str, str, str, str]:
    """Return label, title, subtitle and caption, in English, of the coverage of an indicator."""
    return (
        N_("Number of countries with a figure of each year; {n} in {year}."),
        N_("{n} countries have a figure of {year} itself"),
        N_("Countries with a figure of the year itself, by year; the year shown in full colour"),
        N_("Countries with a figure, by year"),
    )


def _score_words() -> tuple[str, str, str, str]:
    """Return label, title, subtitle and caption, in English, of the coverage of a score."""
    return (
        N_("Number of countries with a score of each year; {n} in {year}."),
        N_("{n} countries have a score of {year} itself"),
        N_("Countries with a score of the year itself, by year; the year shown in full colour"),
        N_("Countries with a score, by year"),
    )
