"""The parts of the robustness page: weights, the two rankings beside each other, and what a rank rests on."""

from collections.abc import Callable, Mapping
from typing import Any

import dash_mantine_components as dmc
import numpy as np
import pandas as pd
from dash import html
from dash.dependencies import Wildcard
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import Element, aria, country, el, num
from scidip.dashboard.pages.robustness.state import SHORT
from scidip.dashboard.widgets import components
from scidip.figures.rows import each_row, row_at
from scidip.figures.text import numbers, sentences
from scidip.findings.laboratory import lab_of, ranked_of
from scidip.indicators.language.current import _, ngettext
from scidip.indicators.model.framework import Framework
from scidip.indicators.robustness.alternative_methodologies import USUAL, Choices
from scidip.store.queries import served

MakeId = Callable[[str], str]
SURVIVORS = 20


def weight_id(part: str, node: str | Wildcard) -> dict[str, str | Wildcard]:
    """Return the id of a weight's slider or number box."""
    return {"type": f"robustness-{part}", "node": node}


def weights(framework: Framework, points: dict[str, int]) -> list[Component]:
    """Return a slider and a number box for each factor, and folded under it for each dimension."""
    said = shares(framework, points)
    parts: list[Component] = []
    for factor in framework.level("factor"):
        dimensions = [d for d in framework.children(factor.code) if not d.not_measured]
        touched = any(points.get(d.code, USUAL) != USUAL for d in dimensions)
        parts.append(
            html.Div(
                [
                    _weight(factor.code, _(factor.name), points, said[factor.code]),
                    html.Details(
                        [
                            html.Summary(_("Dimensions of {factor}").format(factor=_(factor.name))),
                            *(_weight(d.code, _(d.name), points, "") for d in dimensions),
                        ],
                        open=touched,
                    ),
                ],
                className="weight-factor", style={"--node": f"var(--{factor.code})"},
            )
        )  # fmt: skip
    return parts


def shares(framework: Framework, points: Mapping[str, int]) -> dict[str, str]:
    """Return what part of the index each factor is, in words, by its code."""
    weights = {f.code: f.weight * points.get(f.code, USUAL) for f in framework.level("factor")}
    total = sum(weights.values()) or 1.0
    words = _("{share} % of the index")
    return {k: words.format(share=numbers.fixed(100 * w / total, 0)) for k, w in weights.items()}


def _weight(code: str, name: str, points: dict[str, int], share: str) -> Component:
    value = points.get(code, USUAL)
    label = _("Weight of {name}").format(name=name)
    return html.Div(
        [
            html.Span(
                [html.B(name), html.Span(share, className="muted", id=weight_id("share", code))],
                className="weight-name",
            ),
            dmc.Slider(
                id=weight_id("slider", code), value=value, min=0, max=100, step=5, thumbLabel=label, thumbSize=24,
                updatemode="mouseup", label=None, className="weight-slider",
            ),
            dmc.NumberInput(
                id=weight_id("number", code), value=value, min=0, max=100, step=5, allowDecimal=False,
                clampBehavior="strict", debounce=True, size="sm", hideControls=True, className="weight-number",
                **{"aria-label": label},
            ),
        ],
        className="weight",
    )  # fmt: skip


def both(ctx: Context, choices: Choices, year: int) -> pd.DataFrame:
    """Return the published ranks beside those of *choices*: ref_area, name, and rank, p05, p95 of both."""
    made = lab_of(ctx).ranking(choices, year)
    published = ctx.query(served.ranking, node=ctx.index_code, year=year)
    columns = ["ref_area", "name", "rank", "rank_p05", "rank_p95", "score"]
    frame = published[columns].merge(made, on="ref_area", how="outer", suffixes=("_published", ""))
    return frame[frame["rank"].notna() | frame["rank_published"].notna()].sort_values(
        ["rank", "rank_published"], ignore_index=True
    )


def table(ctx: Context, frame: pd.DataFrame, year: int) -> Component:
    """Return both rankings side by side, in the order of the new one."""
    last = (
        float(max(frame["rank"].max(), frame["rank_p95"].max(), 2))
        if frame["rank"].notna().any()
        else 2.0
    )
    rows = [_row(r, last, year) for r in each_row(frame)]
    heads = [
        (_("Rank"), "num"), (_("Country"), ""), (_("Range of the rank"), "bar-cell"), (_("5–95 %"), "num range"),
        (_("Published rank"), "num"), (_("Change"), "num"),
    ]  # fmt: skip
    caption = _("Ranks under your choices beside the published ones, {year}").format(year=year)
    whole = html.Table(
        [
            html.Caption(caption),
            html.Thead(html.Tr([html.Th(h, scope="col", className=kind) for h, kind in heads])),
            html.Tbody(rows),
        ],
        className="table ranking lab-ranking",
    )
    return html.Div(
        whole, className="ranking-frame", tabIndex=0, role="region", **aria(label=caption)
    )


def _row(row: Any, last: float, year: int) -> Element:
    name = el("Th", country(row.ref_area, row.name, year), scope="row")
    published = _("not ranked")
    if numbers.known(row.rank_published):
        span = numbers.interval(row.rank_p05_published, row.rank_p95_published)
        published = f"{row.rank_published:.0f} ({span})"
    if not numbers.known(row.rank):
        cells = [
            num("–"),
            name,
            el("Td", _("not ranked under these choices"), colSpan=2, className="reason"),
        ]
        return el("Tr", [*cells, num(published), num("")], className="apart")
    if not numbers.known(row.rank_published):
        change, kind = _("new"), ""
    else:
        places = round(row.rank_published - row.rank)
        change = "0" if places == 0 else f"{'▲' if places > 0 else '▼'} {abs(places)}"
        clear = row.rank_p95 < row.rank_p05_published or row.rank_p05 > row.rank_p95_published
        kind = "clear" if clear else ""
    style = {
        "--at": f"{100 * (row.rank - 1) / (last - 1):.2f}%", "--lo": f"{100 * (row.rank_p05 - 1) / (last - 1):.2f}%",
        "--hi": f"{100 * (row.rank_p95 - 1) / (last - 1):.2f}%",
    }  # fmt: skip
    return el(
        "Tr",
        [
            num(f"{row.rank:.0f}", "rank"), name,
            el("Td", el("Span", className="interval", style=style, **{"aria-hidden": "true"}), className="bar-cell"),
            num(numbers.interval(row.rank_p05, row.rank_p95), "range"), num(published), num(change, kind),
        ],
        **{"data-area": row.ref_area},
    )  # fmt: skip


def survivors(ctx: Context, year: int) -> Component:
    """Return who keeps a place under every combination of choices."""
    frame = ctx.cache.get(
        ("survivors", year, ctx.data_version), lambda: lab_of(ctx).survivors(year)
    )
    ways = int(frame["ways"].iloc[0]) if len(frame) else 0
    always = [
        sentences.in_text(ctx.areas.name(a)) for a in frame.loc[frame["top_ten"] == 1, "ref_area"]
    ]
    if always:
        title = ngettext(
            "{names} is among the first ten under all {ways} methodologies",
            "{names} are among the first ten under all {ways} methodologies", len(always),
        ).format(names=sentences.opening(sentences.listed(always)), ways=ways)  # fmt: skip
    else:
        title = _("No country is among the first ten under all {ways} methodologies").format(
            ways=ways
        )
    rows = [
        [components.area_link(r.ref_area, ctx.areas.name(r.ref_area), year), f"{r.best:.0f}", f"{r.worst:.0f}",
         f"{100 * r.top_ten:.0f} %"]
        for r in each_row(frame.head(SURVIVORS))
    ]  # fmt: skip
    heads = (_("Country"), _("Best rank"), _("Worst rank"), _("Among the first ten"))
    caption = _("The {n} countries whose worst rank is best, {year}").format(n=SURVIVORS, year=year)
    subtitle = _(
        "Every combination of two frameworks, three normalisations, three means, and each factor counting double or not"
    )
    return components.titled(
        title,
        subtitle,
        components.data_table(caption, heads, rows),
        components.score_footer(ctx, year),
    )


def swap(ctx: Context, framework: str, year: int, a: str, b: str) -> Component:
    """Return the smallest change of weights that would swap two countries, in words and weight by weight."""
    ranked = ranked_of(ctx, framework, year)
    found = ranked.swap(a, b)
    if found is None:
        return html.P(
            _("Choose two different countries that are ranked in {year}.").format(year=year),
            className="muted",
        )
    names = [sentences.in_text(ctx.areas.name(ranked.areas[u])) for u in (found.above, found.below)]
    if not np.isfinite(found.distance):
        words = _(
            "No change of weights puts {below} ahead of {above}: {above} is not behind in anything that counts."
        )
        return html.P(words.format(above=names[0], below=names[1]), className="finding")
    level = _("factors") if int(found.weights["level"].iloc[0]) == 3 else _("dimensions")
    words = _(
        "{below} would overtake {above} if the weights of the {level} changed by {change} % at least, "
        "each up or down; no smaller change does it."
    )
    sentence = words.format(
        below=names[1],
        above=names[0],
        level=level,
        change=numbers.number(round(100 * found.distance, 1)),
    )
    shown = (
        found.weights.assign(size=found.weights["change"].abs())
        .sort_values("size", ascending=False)
        .head(9)
    )
    node = ctx.catalogue.frameworks[framework].node
    rows = [
        [_(node(r.element).name), numbers.fixed(100 * r.weight), numbers.fixed(100 * r.changed),
         f"{'+' if r.change > 0 else '−'}{numbers.fixed(abs(100 * r.change), 0)} %"]
        for r in each_row(shown)
    ]  # fmt: skip
    heads = (_("Element"), _("Weight now, %"), _("Weight needed, %"), _("Change"))
    return html.Div(
        [
            html.P(sentences.opening(sentence), className="finding"),
            components.data_table(_("The weights that would swap them"), heads, rows, "stack"),
        ]
    )


def doubt(ctx: Context, framework: str, year: int, area: str) -> Component:
    """Return which choice the ranks depend on: in general, and for one country."""
    ranked = ranked_of(ctx, framework, year)
    if not ranked.areas:
        return html.P(_("No country is ranked in {year}.").format(year=year), className="muted")
    found = ranked.sensitivity
    general = found.shift.table().set_index("input")
    own = found.ranks.table()
    rows_of = {_("All countries: mean shift of ranks"): general}
    if area in ranked.areas:
        mine = own[own["output"].astype(str) == str(ranked.areas.index(area))].set_index("input")
        rows_of[_("Rank of {name}").format(name=ctx.areas.name(area))] = mine
    rows = []
    for label, part in rows_of.items():
        if part["variance"].iloc[0] < 1e-12:
            rows.append([label, *[_("the rank does not change")] * len(SHORT)])
            continue
        rows.append([label, *(_total(row_at(part, name)) for name in SHORT)])
    most = str(general["total"].idxmax())
    title = _("Ranks depend most on the {choice}").format(choice=_(SHORT[most]))
    subtitle = _(
        "Share of the variation of ranks that would vanish if a choice were fixed (total index, 90 % interval)"
    )
    heads = (_("What varies"), *(sentences.opening(_(word)) for word in SHORT.values()))
    note = _(
        "Three normalisations, three means, weights ±25 %; Sobol indices. Shares can add up to more than 100 %."
    )
    return components.titled(
        title,
        subtitle,
        components.data_table(subtitle, heads, rows, "stack"),
        [note, " ", *components.score_footer(ctx, year)],
    )


def _total(row: pd.Series) -> str:
    return _("{share} % ({low}–{high})").format(
        share=numbers.fixed(100 * row["total"], 0), low=numbers.fixed(100 * row["total_low"], 0),
        high=numbers.fixed(100 * row["total_high"], 0),
    )  # fmt: skip


def gaps(ctx: Context, framework: str, year: int, area: str) -> Component:
    """Return what a country's rank could be if the missing figures were known."""
    ranked = ranked_of(ctx, framework, year)
    rule = _(
        "A gap, of any country, may hold anything between the 10th and the 90th percentile of what the others have. "
        "These are the extreme cases, all gaps at once; they are not likely ones."
    )
    if area not in ranked.areas:
        return html.P(
            _("Choose a country that is ranked in {year}.").format(year=year), className="muted"
        )
    row = ranked.bounds.table().iloc[ranked.areas.index(area)]
    name = sentences.in_text(ctx.areas.name(area))
    n = int(
        np.isnan(ranked.values()[ranked.areas.index(area)]).sum()
        - np.isnan(ranked.values()).all(axis=0).sum()
    )
    words = ngettext(
        "{name} lacks {n} figure. Were all gaps known, its rank could be anything from {best} to {worst}.",
        "{name} lacks {n} figures. Were all gaps known, its rank could be anything from {best} to {worst}.", n,
    )  # fmt: skip
    if not n:
        words = _(
            "{name} lacks no figure. Were those of others known, its rank could be anything from {best} to {worst}."
        )
    sentence = words.format(
        name=sentences.opening(name), n=n, best=int(row["best"]), worst=int(row["worst"])
    )
    parts: list[Component] = [html.P(sentence, className="finding")]
    wanted = ranked.wanted(area)
    if wanted is not None:
        spec = ctx.catalogue.indicators[str(wanted["code"])]
        words = _(
            "The figure that would narrow this most is {indicator}: by {places} places on average."
        )
        parts.append(
            html.P(
                words.format(
                    indicator=_(spec.name), places=numbers.number(round(float(wanted["own"]), 1))
                )
            )
        )
    return html.Div([*parts, html.P(rule, className="figure-footer")])
