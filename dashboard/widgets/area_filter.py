"""Which areas a page is about: a region, an income group, a group of states, or several at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.widgets import components
from scidip.indicators.language.current import N_, _, sorting

_IN = {"ASEAN": N_("in ASEAN"), "G7": N_("in the G7"), "G20": N_("in the G20"), "BRICS": N_("in the BRICS")}


@dataclass(frozen=True)
class AreaFilter:
    """A region, an income group and a group of states; "" is no limit."""

    region: str = ""
    income: str = ""
    group: str = ""

    def apply(self, ctx: Context, frame: pd.DataFrame, year: int) -> pd.DataFrame:
        """Return the rows of the areas that pass; membership of groups is that of *year*."""
        keep = pd.Series(True, index=frame.index)
        if self.region:
            keep &= frame["region"] == self.region
        if self.income:
            keep &= frame["income_group"] == self.income
        if self.group:
            keep &= frame["ref_area"].isin(ctx.areas.members(self.group, year))
        return frame[keep]

    def words(self, ctx: Context) -> str:
        """Return the limit inside a sentence: " in the OECD, among high income countries"; "" without one."""
        parts = []
        if self.region:
            parts.append(_("in {region}").format(region=_(self.region)))
        if self.group:
            known = _IN.get(self.group)
            name = _(ctx.areas.groups[self.group].name)
            parts.append(_(known) if known else _("in the {group}").format(group=name))
        if self.income:
            edition = ctx.areas.editions["income_group"].short
            words = _("among {income} countries ({edition})")
            parts.append(words.format(income=_(self.income).lower(), edition=_(edition)))
        return " " + _(", ").join(parts) if parts else ""


def regions(ctx: Context) -> list[str]:
    """Return the regions that areas of today belong to."""
    return _values(ctx, "region")


def incomes(ctx: Context) -> list[str]:
    """Return the income groups, from high to low."""
    order = ["High income", "Upper middle income", "Lower middle income", "Low income"]
    found = _values(ctx, "income_group")
    return sorted(found, key=lambda v: (order.index(v) if v in order else len(order), v))


def _values(ctx: Context, column: str) -> list[str]:
    table = ctx.areas.table
    present = table.loc[table["ref_area"].isin(ctx.present_areas), column]
    return sorted({v for v in present if isinstance(v, str) and v}, key=lambda v: sorting(_(v)))


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what the parts of the filter may be in an address."""
    return {"region": {"", *regions(ctx)}, "income": {"", *incomes(ctx)}, "group": {"", *ctx.areas.groups}}


def _dated(ctx: Context, label: str, column: str) -> str:
    """Return the label of a grouping with its edition."""
    edition = _(ctx.areas.editions[column].short)
    return _("{label} ({edition})").format(label=label, edition=edition)


def controls(ctx: Context, make: Any, chosen: AreaFilter) -> list[Component]:
    """Return the three choices; *make* makes their ids."""

    def one(part: str, label: str, options: Sequence[tuple[str, str]], value: str) -> Component:
        return components.select(make(part), label, [("", _("All")), *options], value, "control-filter")

    return [
        one("region", _dated(ctx, _("Region"), "region"), [(r, _(r)) for r in regions(ctx)], chosen.region),
        one("income", _dated(ctx, _("Income group"), "income_group"), [(i, _(i)) for i in incomes(ctx)], chosen.income),
        one("group", _("Group of states"), [(c, _(g.name)) for c, g in ctx.areas.groups.items()], chosen.group),
    ]
