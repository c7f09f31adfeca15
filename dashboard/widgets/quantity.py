"""One thing a page can show of every area: an indicator in its unit, or a score of the framework."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import pandas as pd

from scidip.dashboard.core.context import Context
from scidip.dashboard.widgets import rank_changes
from scidip.figures import maps, trends
from scidip.figures.rankings import hover
from scidip.figures.rows import each_row
from scidip.figures.text import numbers
from scidip.findings.exhibits import country as country_exhibits
from scidip.findings.exhibits import indicator as indicator_exhibits
from scidip.findings.exhibits.columns import named, scored_name
from scidip.indicators.language.current import _
from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.model.framework import Node
from scidip.indicators.units import UNITS
from scidip.indicators.vocabulary import STATUS_WORDS, ObsStatus
from scidip.store.queries import indicator_queries, served

EMPTY = pd.DataFrame(columns=["node", "carried_share"])


@dataclass(frozen=True)
class Quantity:
    """An indicator or a node, and how to read it."""

    ctx: Context
    code: str

    @cached_property
    def spec(self) -> IndicatorSpec | None:
        """The indicator, None for a node."""
        return self.ctx.catalogue.indicators.get(self.code)

    @cached_property
    def node(self) -> Node | None:
        """The node, None for an indicator."""
        return None if self.spec else self.ctx.catalogue.framework.node(self.code)

    @cached_property
    def name(self) -> str:
        """The name on screen: "Researchers", "National factor"."""
        return str(named(self.ctx, self.code))

    @cached_property
    def unit(self) -> str:
        """The words of the unit: "% of GDP", "score 0–100"."""
        return indicator_exhibits.unit_words(self.ctx, self.code)

    @cached_property
    def has_unit(self) -> bool:
        """Whether its numbers have a unit to be named: false for plain counts."""
        return self.spec is None or bool(UNITS.get(self.spec.unit, self.spec.unit))

    @cached_property
    def axis(self) -> str:
        """The words of an axis: name and unit."""
        return indicator_exhibits.axis(self.ctx, self.code)

    @cached_property
    def factor(self) -> str:
        """The factor whose colour it takes; that of the index for it and for what no factor holds."""
        index = self.ctx.index_code
        parents = {n.code: n.parent for n in self.ctx.catalogue.framework.nodes}
        code = self.dimension if self.spec else self.code
        while code and parents.get(code) not in ("", None) and parents[code] != index:
            code = parents[code]
        return code if parents.get(code) == index else index

    @cached_property
    def dimension(self) -> str:
        """The dimension an indicator stands in, scored or shown; "" for none."""
        framework = self.ctx.catalogue.framework
        for node in framework.level("dimension"):
            if self.code in (*node.indicators, *framework.shown(node.code)):
                return node.code
        return ""

    def write(self, amount: float) -> str:
        """Return a value with its unit."""
        return numbers.value(amount, self.spec.unit) if self.spec else numbers.score(amount)

    def values(self, year: int) -> pd.DataFrame:
        """Return every area's value, highest first.

        `score` is the value and NaN when it is not known or too old; `time_period` is its own year.
        """
        if self.spec is None:
            frame = self.ctx.query(served.ranking, node=self.code, year=year)
            shown = frame["is_ranked"].astype(bool) & frame["score"].notna()
            texts = [hover(r) if numbers.known(r.rank) else _plain(r) for r in each_row(frame)]
            hollow = frame["carried_share"].fillna(0) >= trends.CARRIED
            return frame.assign(is_ranked=shown, time_period=float(year), hollow=hollow, text=texts).sort_values(
                "score", ascending=False, ignore_index=True
            )
        frame = self.ctx.query(indicator_queries.indicator_values, code=self.code, year=year, max_age=self.spec.max_age)
        text = [self._words(r, year) for r in each_row(frame)]
        score = frame["obs_value"].where(frame["is_known"])
        return frame.assign(score=score, is_ranked=frame["is_known"], hollow=frame["carried"], text=text)

    def _words(self, row: Any, year: int) -> str:
        if not numbers.known(row.obs_value):
            words = _("no figure published up to {year}").format(year=year)
            return f"<b>{row.name}</b><br>{words}"
        own = f"{row.time_period:.0f}"
        status = _(STATUS_WORDS.get(row.obs_status, STATUS_WORDS["A"]))
        if not row.is_known:
            words = _("Last figure {own}: too old to stand for {year}").format(own=own, year=year)
            return f"<b>{row.name}</b><br>{words}"
        carried = ", " + _("carried to {year}").format(year=year) if row.carried else ""
        return f"<b>{row.name}</b><br>{self.write(row.obs_value)}<br>{own}, {status}{carried}"

    @property
    def breaks(self) -> Mapping[str, list[int]]:
        """Years by area before which a line over the years breaks; none for an indicator, which is one series."""
        return {} if self.spec else rank_changes.breaks(self.ctx, self.code)

    def breaks_in(self, series: pd.DataFrame) -> Mapping[str, list[int]]:
        """Return the years by area before which its line in *series* breaks: at another edition, or `breaks`."""
        if self.spec is None:
            return self.breaks
        own = series[~series["hollow"].astype(bool)]
        found: dict[str, list[int]] = {}
        for year in self.spec.breaks:
            first = own[own["time_period"] >= year].groupby("ref_area")["time_period"].min()
            for area, begins in first.items():
                found.setdefault(str(area), []).append(int(begins))
        return found

    def step(self, values: pd.Series) -> float:
        """Return what the bounds of a map's classes are rounded to."""
        return maps.nice_step(values) if self.spec else 1.0

    def series(self, areas: Sequence[str], last: int) -> pd.DataFrame:
        """Return the values of some areas by year, as `figures.lines.chart` wants them."""
        if self.spec is None:
            parts = [self.ctx.query(served.area_scores, ref_area=a) for a in areas]
            return score_series(pd.concat(parts) if parts else EMPTY, self.code, self.breaks)
        frame = self.ctx.query(indicator_queries.indicator_series, code=self.code, areas=tuple(areas))
        parts = [_carried(part, self.spec.max_age, last) for _, part in frame.groupby("ref_area")]
        order = {a: i for i, a in enumerate(areas)}
        whole = pd.concat(parts) if parts else frame.assign(hollow=False)
        whole = whole.sort_values(
            ["ref_area", "time_period"], key=lambda c: c.map(order) if c.name == "ref_area" else c
        )
        text = [
            f"<b>{r.name}</b>, {r.time_period}<br>{self.write(r.obs_value)}"
            + ("<br>" + _("carried from {year}").format(year=f"{r.own:.0f}") if r.hollow else "")
            + ("<br>" + _(STATUS_WORDS[ObsStatus.BREAK]) if r.obs_status == ObsStatus.BREAK and not r.hollow else "")
            for r in each_row(whole.assign(own=whole.get("own", whole["time_period"])))
        ]
        return whole.assign(score=whole["obs_value"], score_p05=float("nan"), score_p95=float("nan"), text=text)


def score_series(scores: pd.DataFrame, node: str, breaks: Mapping[str, list[int]]) -> pd.DataFrame:
    """Return one node's rows of `area_scores`, as `figures.lines.chart` wants them; *breaks* as of `moves.breaks`."""
    frame = scores[scores["node"] == node]
    text = [
        f"<b>{r.name}</b>, {r.time_period}<br>{_between(r)}"
        + ("<br>" + trends.other_figures() if r.time_period in breaks.get(r.ref_area, ()) else "")
        for r in each_row(frame)
    ]
    hollow = frame["carried_share"].astype(float) >= trends.CARRIED
    return frame.assign(hollow=hollow, text=text)


def _carried(part: pd.DataFrame, max_age: int, last: int) -> pd.DataFrame:
    """Return an area's figures with those carried into later years without one, as scores use them."""
    first = int(part["time_period"].min())
    years = pd.RangeIndex(first, max(last, int(part["time_period"].max())) + 1, name="time_period")
    own = part.set_index("time_period").assign(own=lambda f: f.index).reindex(years)
    filled = own.ffill()
    age = filled.index - filled["own"]
    return filled[age <= max_age].assign(hollow=own["own"].isna()).reset_index()


def _plain(row: Any) -> str:
    if not numbers.known(row.score):
        return f"<b>{row.name}</b><br>" + _("No score")
    return f"<b>{row.name}</b><br>{_score(row.score)}"


def _score(score: float) -> str:
    return _("Score {score}").format(score=numbers.score(score))


def _between(row: Any) -> str:
    if not numbers.known(row.score_p05):
        return _score(row.score)
    span = numbers.span(numbers.score(row.score_p05), numbers.score(row.score_p95))
    return _("Score {score}, range {range}").format(score=numbers.score(row.score), range=span)


def codes(ctx: Context) -> list[str]:
    """Return every code a quantity may have: nodes that are measured, then per-area indicators."""
    nodes = [n.code for n in ctx.catalogue.framework.nodes if not n.not_measured]
    return nodes + [i.code for i in ctx.catalogue.indicators.values() if i.arity == "area"]


def is_offered(ctx: Context, code: str) -> bool:
    """Return whether an indicator is among the choices: a field's series is once its source has figures.

    Else a choice of 26 fields would stand there for nothing.
    """
    spec = ctx.catalogue.indicators.get(code)
    return spec is None or not (spec.measure and spec.source) or spec.source in ctx.query(served.served_digests)


def options(ctx: Context) -> list[dict[str, Any]]:
    """Return the choices in groups: index and factors, dimensions, indicators by factor, others."""
    return ctx.remembered("options of quantities", lambda: _options(ctx))


def _options(ctx: Context) -> list[dict[str, Any]]:
    framework = ctx.catalogue.framework
    upper, middle, other = _("Index and factors"), _("Dimensions"), _("Other figures")
    mine = country_exhibits.own_title(ctx)
    names = {f.code: _("{factor}: indicators").format(factor=f.name) for f in framework.level("factor")}
    groups: dict[str, list[str]] = {name: [] for name in (upper, middle, *names.values(), other, mine)}
    for code in filter(partial(is_offered, ctx), codes(ctx)):
        one = Quantity(ctx, code)
        if one.node:
            groups[middle if one.node.level == "dimension" else upper].append(code)
        elif one.spec and one.spec.supplied_by:
            groups[mine].append(code)
        else:
            groups[names.get(one.factor, other) if one.dimension else other].append(code)
    return [
        {"group": group, "items": [{"value": c, "label": Quantity(ctx, c).name} for c in listed]}
        for group, listed in groups.items()
        if listed
    ]


def node_name(ctx: Context, node: str) -> str:
    """Return "Science and technology diplomacy" or "Infrastructural factor"."""
    return scored_name(ctx, node)
