"""The peers a country is measured against, chosen by a rule that the page names."""

from collections.abc import Sequence

import pandas as pd

from scidip.figures.text.sentences import in_text
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_, _, ngettext
from scidip.indicators.similarity import most_similar
from scidip.store.queries import served

RULES = {
    "region": N_("Its region"),
    "income": N_("Its income group"),
    "neighbours": N_("Neighbours in score"),
    "similar": N_("Most alike in structure"),
    "own": N_("My own choice"),
}
FEWEST = 5
"""A region or group with fewer ranked countries is no yardstick; the world takes its place."""
NEAR = 5
"""Neighbours in score on each side."""
ALIKE = 10
MOST = 8


def offered(desk: Desk) -> dict[str, str]:
    """Return the rules by which peers can be chosen, each in words; that of the agency where it names peers."""
    found = {rule: _(words) for rule, words in RULES.items()}
    if desk.agency.peers:
        home = desk.agency.home
        name = in_text(desk.areas.name(home)) if home else desk.agency.name.said()
        found["agency"] = _("Peers of {name}").format(name=name)
    return found


def peers(desk: Desk, area: str, year: int, rule: str, own: Sequence[str] = ()) -> tuple[frozenset[str], str]:
    """Return the peers of *area* by a rule, itself left out except of groups, and what to call them."""
    ranked = desk.query(served.ranking, node=desk.index_code, year=year)
    ranked = ranked[ranked["is_ranked"].astype(bool)].sort_values(["rank", "ref_area"])
    if rule == "own" and own:
        return frozenset(own), _("the {n} countries you chose").format(n=len(own))
    named = frozenset(desk.agency.peers) - {area}
    if rule == "agency" and named:
        words = ngettext("the country that {name} names", "the {n} countries that {name} names", len(named))
        return named, words.format(n=len(named), name=desk.agency.name.said())
    if rule == "neighbours" and area in set(ranked["ref_area"]):
        order = ranked["ref_area"].tolist()
        at = order.index(area)
        near = order[max(at - NEAR, 0) : at] + order[at + 1 : at + 1 + NEAR]
        return frozenset(near), _("the {n} countries nearest in score").format(n=len(near))
    if rule == "similar":
        alike = most_similar(_profiles(desk, ranked["ref_area"].tolist(), year, area), area, ALIKE)
        if alike:
            return frozenset(alike), _("the {n} countries most alike in structure").format(n=len(alike))
    column = "income_group" if rule == "income" else "region"
    value = desk.areas.table.set_index("ref_area").at[area, column]
    group = value if isinstance(value, str) else ""
    inside = frozenset(ranked.loc[ranked[column] == group, "ref_area"] if group else ())
    if len(inside) >= FEWEST:
        words = _("the {n} ranked countries of {group} ({edition})")
        edition = _(desk.areas.editions[column].short)
        return inside, words.format(n=len(inside), group=_(group), edition=edition)
    return frozenset(ranked["ref_area"]), _("all ranked countries")


def _profiles(desk: Desk, areas: Sequence[str], year: int, area: str) -> pd.DataFrame:
    """Return the dimension scores of the ranked areas, and of *area*."""
    nodes = [n.code for n in desk.catalogue.framework.level("dimension") if not n.not_measured]
    wide = desk.query(served.year_scores, year=year).reindex(columns=nodes)
    return wide.reindex(list(dict.fromkeys([*areas, area])))
