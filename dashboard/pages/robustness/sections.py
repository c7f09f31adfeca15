"""The parts of the robustness page: weights, the two rankings beside each other, and what a rank rests on."""

from collections.abc import Callable, Mapping
from typing import Any

import dash_mantine_components as dmc
import pandas as pd
from dash import html
from dash.dependencies import Wildcard
from dash.development.base_component import Component

from scidip.dashboard.core.component_tree import holding
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import Element, aria, country, el, num
from scidip.dashboard.pages.robustness.state import SHORT
from scidip.dashboard.widgets import components
from scidip.figures.rows import each_row
from scidip.figures.text import numbers, sentences
from scidip.findings.exhibit import said
from scidip.findings.exhibits import robustness as exhibits
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
                className="weight-factor",
                style={"--node": f"var(--{factor.code})"},
            )
        )
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
                id=weight_id("slider", code),
                value=value,
                min=0,
                max=100,
                step=5,
                thumbLabel=label,
                thumbSize=24,
                updatemode="mouseup",
                label=None,
                className="weight-slider",
            ),
            dmc.NumberInput(
                id=weight_id("number", code),
                value=value,
                min=0,
                max=100,
                step=5,
                allowDecimal=False,
                clampBehavior="strict",
                debounce=True,
                size="sm",
                hideControls=True,
                className="weight-number",
                **{"aria-label": label},
            ),
        ],
        className="weight",
    )


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
    last = float(max(frame["rank"].max(), frame["rank_p95"].max(), 2)) if frame["rank"].notna().any() else 2.0
    shown = exhibits.both_rankings(ctx, frame, year)
    rows = [_row(r, last, year) for r in each_row(frame)]
    heads = [
        (_("Rank"), "num"),
        (_("Country"), ""),
        (_("Range of the rank"), "bar-cell"),
        (_("5–95 %"), "num range"),
        (_("Published rank"), "num"),
        (_("Change"), "num"),
    ]
    caption = said(shown.caption)
    whole = html.Table(
        [
            html.Caption(caption),
            html.Thead(html.Tr([html.Th(h, scope="col", className=kind) for h, kind in heads])),
            html.Tbody(rows),
        ],
        className="table ranking lab-ranking",
    )
    return html.Div(holding(whole, shown), className="ranking-frame", tabIndex=0, role="region", **aria(label=caption))


def _row(row: Any, last: float, year: int) -> Element:
    name = el("Th", country(row.ref_area, row.name, year), scope="row")
    published = _("not ranked")
    if numbers.known(row.rank_published):
        span = numbers.interval(row.rank_p05_published, row.rank_p95_published)
        published = f"{row.rank_published:.0f} ({span})"
    if not numbers.known(row.rank):
        cells = [num("–"), name, el("Td", _("not ranked under these choices"), colSpan=2, className="reason")]
        return el("Tr", [*cells, num(published), num("")], className="apart")
    if not numbers.known(row.rank_published):
        change, kind = _("new"), ""
    else:
        places = round(row.rank_published - row.rank)
        change = "0" if places == 0 else f"{'▲' if places > 0 else '▼'} {abs(places)}"
        clear = row.rank_p95 < row.rank_p05_published or row.rank_p05 > row.rank_p95_published
        kind = "clear" if clear else ""
    style = {
        "--at": f"{100 * (row.rank - 1) / (last - 1):.2f}%",
        "--lo": f"{100 * (row.rank_p05 - 1) / (last - 1):.2f}%",
        "--hi": f"{100 * (row.rank_p95 - 1) / (last - 1):.2f}%",
    }
    return el(
        "Tr",
        [
            num(f"{row.rank:.0f}", "rank"),
            name,
            el("Td", el("Span", className="interval", style=style, **{"aria-hidden": "true"}), className="bar-cell"),
            num(numbers.interval(row.rank_p05, row.rank_p95), "range"),
            num(published),
            num(change, kind),
        ],
        **{"data-area": row.ref_area},
    )


def survivors(ctx: Context, year: int) -> Component:
    """Return who keeps a place under every combination of choices."""
    frame = ctx.cache.get(("survivors", year, ctx.data_version), lambda: lab_of(ctx).survivors(year))
    ways = int(frame["ways"].iloc[0]) if len(frame) else 0
    always = [sentences.in_text(ctx.areas.name(a)) for a in frame.loc[frame["top_ten"] == 1, "ref_area"]]
    if always:
        title = ngettext(
            "{names} is among the first ten under all {ways} methodologies",
            "{names} are among the first ten under all {ways} methodologies",
            len(always),
        ).format(names=sentences.opening(sentences.listed(always)), ways=ways)
    else:
        title = _("No country is among the first ten under all {ways} methodologies").format(ways=ways)
    shown = exhibits.survivors(ctx, frame, year, SURVIVORS)
    rows = [
        [
            components.area_link(r["ref_area"], ctx.areas.name(r["ref_area"]), year),
            str(r["best"]),
            str(r["worst"]),
            f"{r['top_ten']:.0f} %",
        ]
        for r in shown.records()
    ]
    heads = (_("Country"), _("Best rank"), _("Worst rank"), _("Among the first ten"))
    subtitle = _(
        "Every combination of two frameworks, three normalisations, three means, and each factor counting double or not"
    )
    if len(ctx.catalogue.frameworks) == 1:
        subtitle = _("Every combination of three normalisations, three means, and each factor counting double or not")
    return components.titled(
        title,
        subtitle,
        components.data_table(said(shown.caption), heads, rows, shown),
        components.score_footer(ctx, year),
    )


def doubt(ctx: Context, framework: str, year: int, area: str) -> Component:
    """Return which choice the ranks depend on: in general, and for one country."""
    ranked = ranked_of(ctx, framework, year)
    if not ranked.areas:
        return html.P(_("No country is ranked in {year}.").format(year=year), className="muted")
    found = ranked.sensitivity
    general = found.shift.table().set_index("input")
    own = found.ranks.table()
    parts = {}
    if area in ranked.areas:
        mine = own[own["output"].astype(str) == str(ranked.areas.index(area))].set_index("input")
        parts[area] = mine
    shown = exhibits.doubt(ctx, year, SHORT, general, parts)
    found_of: dict[str | None, list[str]] = {}
    for record in shown.records():
        found_of.setdefault(record["ref_area"], []).append(_total(record))
    rows = [
        [_("Rank of {name}").format(name=ctx.areas.name(a)) if a else _("All countries: mean shift of ranks"), *cells]
        for a, cells in found_of.items()
    ]
    most = str(general["total"].idxmax())
    title = _("Ranks depend most on the {choice}").format(choice=_(SHORT[most]))
    subtitle = said(shown.caption)
    heads = (_("What varies"), *(sentences.opening(_(word)) for word in SHORT.values()))
    note = _("Three normalisations, three means, weights ±25 %; Sobol indices. Shares can add up to more than 100 %.")
    return components.titled(
        title,
        subtitle,
        components.data_table(subtitle, heads, rows, shown, "stack"),
        [note, " ", *components.score_footer(ctx, year)],
    )


def _total(row: Mapping[str, Any]) -> str:
    if row["status"] == "constant":
        return _("the rank does not change")
    return _("{share} % ({low}–{high})").format(
        share=numbers.fixed(row["total"], 0),
        low=numbers.fixed(row["total_p05"], 0),
        high=numbers.fixed(row["total_p95"], 0),
    )
