"""What moved a country's score, and the strongest honest case against its headline."""

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import components, lab
from dashboard.context import Context
from dashboard.markup import Element, el, link, num
from figures import numbers, sentences
from indicators.choices import USUAL, Choices
from indicators.drivers import drivers
from indicators.language import _, ngettext
from indicators.vocabulary import DEFAULT_FRAMEWORK
from store import queries

BACK = 5
"""Years back to which a change is told, when there is a score."""
SHOWN = 6
CARRIED = 0.25
"""From this share of carried figures on, it counts against a rank."""
APART = 25
"""Places between a country's best and worst factor from which the index hides something."""


def moved(ctx: Context, area: str, year: int, scores: pd.DataFrame) -> Component | None:
    """Return which dimensions moved the index since five years before (or the first scored year)."""
    index = scores[(scores["node"] == ctx.catalogue.framework.index_code) & scores["score"].notna()]
    earlier = index.loc[index["time_period"] < year, "time_period"]
    if earlier.empty or year not in set(index["time_period"]):
        return None
    since = max((y for y in earlier if y <= year - BACK), default=int(earlier.min()))
    by_year = {
        y: scores[scores["time_period"] == y].set_index("node")["score"].to_dict()
        for y in (since, year)
    }
    frame = drivers(ctx.catalogue.framework, by_year[since], by_year[year])
    if frame.empty:
        return None
    total = float(frame["change"].sum())
    title = _drivers_words(ctx, frame, total, since)
    top = float(frame["change"].abs().max()) or 1.0
    rows = [_driver_row(ctx, r, top) for r in frame.head(SHOWN).itertuples()]
    rest = float(frame["change"].iloc[SHOWN:].sum())
    heads = (_("Dimension"), str(since), str(year), _("Points of the index"))
    table = html.Table(
        [
            html.Caption(
                _("What moved the index from {since} to {year}").format(since=since, year=year)
            ),
            html.Thead(
                html.Tr(
                    [
                        html.Th(h, scope="col", className="num" if k else "")
                        for k, h in enumerate(heads)
                    ]
                )
            ),
            html.Tbody(rows),
        ],
        className="table stack drivers",
    )
    note = _(
        "The other dimensions together: {rest} points. Changes add up to the change of the index, {total} points."
    )
    said = note.format(rest=_signed(rest), total=_signed(total))
    more = ""
    if not frame["known"].all():
        more = " " + _("Hollow: scored in one of the years only, so the change is one of coverage.")
    return components.titled(
        title, _("Score of each dimension in both years, and the points of the index its change brought"),
        html.Div(table, className="table-frame", tabIndex=0, role="region", **{"aria-label": _("Drivers")}),
        [said + more + " ", *components.score_footer(ctx, year)],
    )  # fmt: skip


def _drivers_words(ctx: Context, frame: pd.DataFrame, total: float, since: int) -> str:
    """Return the finding; a change that new or lost dimensions brought is not told as the country's."""
    known = frame[frame["known"]]
    own = float(known["change"].sum())
    news = total - own
    lead = known[(known["change"] * own) > 0]
    first = lead if len(lead) else known if len(known) else frame
    name = ctx.catalogue.framework.node(first["node"].iloc[0]).name.lower()
    if abs(total) < 0.5:
        words = _("Hardly moved since {since}; {name} pulled most")
    elif abs(news) > abs(own):
        words = _("Up {points} points since {since}, mostly because other dimensions are known")
        if total < 0:
            words = _(
                "Down {points} points since {since}, mostly because other dimensions are known"
            )
    else:
        words = _("Up {points} points since {since}, most of it in {name}")
        if total < 0:
            words = _("Down {points} points since {since}, most of it in {name}")
    return words.format(points=numbers.fixed(abs(total)), since=since, name=name)


def _signed(points: float) -> str:
    return f"{'+' if points >= 0 else '−'}{numbers.fixed(abs(points))}"


def _driver_row(ctx: Context, row: Any, top: float) -> Element:
    node = ctx.catalogue.framework.node(row.node)
    width = 100 * abs(row.change) / top
    bar = el("Span", className=f"mirror {'to-end' if row.change >= 0 else 'to-start'}", style={"--w": f"{width:.0f}%"},
             **{"aria-hidden": "true"})  # fmt: skip
    mark = [] if row.known else [el("Span", className="mark hollow", **{"aria-hidden": "true"})]
    return el(
        "Tr",
        [
            el("Th", [*mark, _(node.name)], scope="row"),
            num(numbers.score(row.before)), num(numbers.score(row.after)),
            el("Td", [el("B", _signed(row.change)), bar], className="num"),
        ],
        style={"--node": f"var(--{node.parent})"},
    )  # fmt: skip


def against(ctx: Context, area: str, year: int, now: pd.DataFrame) -> Component | None:
    """Return the strongest case against the headline: at most three findings, the gravest first.

    *now*: the area's scores of *year* by node. The rules: the way of counting (of 81) that moves the rank
    furthest; the other framework's rank where its range does not overlap; a factor far from the index;
    many figures carried.
    """
    if "std" not in now.index or not numbers.known(now.at["std", "rank"]):
        return None
    found = [
        _other_way(ctx, area, year, now),
        _other_framework(ctx, area, year, now),
        _factors(ctx, now),
        _carried(now),
    ]
    told = [sentence for sentence in found if sentence]
    if not told:
        told = [
            _(
                "None of the 81 other ways of counting moves the rank out of its range, and few figures are carried."
            )
        ]
    items = [html.P(sentence, className="finding") for sentence in told[:3]]
    go = link(
        _("Count in your own way"),
        f"/robustness?a={area}" + (f"&year={year}" if year != ctx.years[-1] else ""),
    )
    return components.titled(
        _("The case against this rank"),
        _("What an honest critic would say first, by rule: other ways of counting, the other framework, contradicting "
          "factors, old figures"),
        [*items, html.P(go)], components.score_footer(ctx, year, ranges=True), "figure-case",
    )  # fmt: skip


def _span(row: pd.Series) -> str:
    return f"{row['rank']:.0f} ({numbers.interval(row['rank_p05'], row['rank_p95'])})"


def _other_way(ctx: Context, area: str, year: int, now: pd.DataFrame) -> str:
    found = lab.lab_of(ctx).furthest(area, year)
    if found is None:
        return ""
    choices, rank = found
    own = now.loc["std"]
    if own["rank_p05"] <= rank <= own["rank_p95"]:
        return ""
    words = _("Counted otherwise, it would stand at {rank}, outside its range of {span}: {way}.")
    return words.format(
        rank=round(rank),
        span=numbers.interval(own["rank_p05"], own["rank_p95"]),
        way=way(ctx, choices),
    )


def way(ctx: Context, choices: Choices) -> str:
    """Return what differs from the default choices, in words."""
    parts = []
    if choices.framework != DEFAULT_FRAMEWORK:
        parts.append(
            _("framework: {name}").format(name=_(ctx.catalogue.frameworks[choices.framework].name))
        )
    if choices.normalise != "min_max":
        parts.append(_(lab.NORMALISE[choices.normalise]))
    if choices.aggregate != "arithmetic":
        parts.append(_(lab.AGGREGATE[choices.aggregate]))
    model = ctx.catalogue.frameworks[choices.framework]
    parts += [
        _("{factor} counting double").format(factor=_(model.node(n).name))
        for n, p in choices.points.items()
        if p > USUAL
    ]
    return _("; ").join(parts) or _("the published choices")


def _other_framework(ctx: Context, area: str, year: int, now: pd.DataFrame) -> str:
    own = now.loc["std"]
    for code, framework in ctx.catalogue.frameworks.items():
        if code == DEFAULT_FRAMEWORK:
            continue
        frame = ctx.query(queries.ranking, node=framework.index_code, year=year, framework=code)
        row = frame[frame["ref_area"] == area]
        if row.empty or not numbers.known(row["rank"].iloc[0]):
            continue
        other = row.iloc[0]
        if other["rank_p05"] > own["rank_p95"] or other["rank_p95"] < own["rank_p05"]:
            words = _(
                "The same figures in another framework, {name}, give rank {other}; the ranges do not overlap."
            )
            return words.format(name=_(framework.name), other=_span(other))
    return ""


def _factors(ctx: Context, now: pd.DataFrame) -> str:
    factors = [f.code for f in ctx.catalogue.framework.level("factor") if f.code in now.index]
    ranked = now.loc[factors].dropna(subset=["rank"]).sort_values("rank")
    if len(ranked) < 2 or ranked["rank"].iloc[-1] - ranked["rank"].iloc[0] < APART:
        return ""
    best, worst = ranked.iloc[0], ranked.iloc[-1]
    name = ctx.catalogue.framework.node
    words = _(
        "The index hides a contrast: rank {best} on the {one} factor, {worst} on the {other}."
    )
    return words.format(
        best=_span(best),
        worst=_span(worst),
        one=_(name(str(best.name)).name).lower(),
        other=_(name(str(worst.name)).name).lower(),
    )


def _carried(now: pd.DataFrame) -> str:
    share = float(now.at["std", "carried_share"])
    if share < CARRIED:
        return ""
    n = round(100 * share)
    words = ngettext(
        "{share} % of its figures is of an earlier year and was carried.",
        "{share} % of its figures are of an earlier year and were carried.", n,
    )  # fmt: skip
    return sentences.opening(words.format(share=numbers.fixed(100 * share, 0)))
