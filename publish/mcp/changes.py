"""What changed between two versions of the figures."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from scidip.figures.rows import each_row
from scidip.findings.claims.report import SCORES_BY
from scidip.findings.what_changed import Changes, changes_of
from scidip.indicators.errors import UnknownVersion
from scidip.publish.api.query import Refused
from scidip.publish.mcp import paging
from scidip.publish.mcp.answers import ChangedAnswer, RankMoved, SourceChanged
from scidip.publish.mcp.desk import ToolDesk
from scidip.publish.mcp.questions import WhatChanged
from scidip.publish.mcp.tools import head, tool
from scidip.store import versions
from scidip.store.database.as_of import as_of
from scidip.store.queries import served

RANGE = ["rank_p05", "rank_p95"]


@tool("What changed", WhatChanged, ChangedAnswer)
def what_changed(desk: ToolDesk, asked: WhatChanged) -> ChangedAnswer:
    """Say which figures were revised, new or gone between two versions, and which ranks moved, with their ranges.

    The newest version and the one before it when none is named.
    """
    known = [str(v) for v in versions.kept(desk.engine)["version"]]
    after = _version(desk, asked.after, known, known[0] if known else "")
    earlier = known[known.index(after) + 1 :] if after in known else []
    before = _version(desk, asked.before, known, earlier[0] if earlier else "")
    start = paging.offset_of("what_changed", asked, desk.data_version)
    if not before or before == after:
        words = "One version so far: there is no earlier one to compare it with."
        return _answer(desk, (before, after, words), known, None, [], None)
    if known.index(before) < known.index(after):
        raise Refused("wrong_order", f"{before} is later than {after}.", "Accepted is the earlier version as before.")
    found = changes_of(desk, before, after)
    rows = [*_figures(desk, found), *_ranks(desk, found)]
    counts = f"{found.count('revised'):,} figures revised, {found.count('new'):,} new, {found.count('gone'):,} gone"
    words = f"{counts}; {len(found.ranks):,} ranks of the index moved."

    def build(part: Sequence[Any], more: bool) -> ChangedAnswer:
        following = paging.cursor("what_changed", asked, desk.data_version, start + len(part)) if more else None
        return _answer(desk, (before, after, words), known, found, part, following)

    answer = paging.fitted(rows[start:], asked.limit, build)
    assert isinstance(answer, ChangedAnswer)
    return answer


def _version(desk: ToolDesk, asked: str, known: Sequence[str], otherwise: str) -> str:
    if not asked:
        return otherwise
    try:
        return versions.find(desk.engine, asked) or (known[0] if known else "")
    except UnknownVersion:
        told = f"Accepted are {', '.join(known)}, or newest."
        raise Refused("unknown_version", f"The version {asked!r} is not kept.", told) from None


def _answer(
    desk: ToolDesk,
    told: tuple[str, str, str],
    known: Sequence[str],
    found: Changes | None,
    part: Sequence[Any],
    following: str | None,
) -> ChangedAnswer:
    before, after, words = told
    return ChangedAnswer(
        **head(desk),
        next=following,
        before=before,
        after=after,
        finding=words,
        time_period=found.year if found else None,
        other_method=bool(found and found.is_other_method),
        versions=list(known),
        source=SCORES_BY,
        licence=desk.catalogue.scores_licence,
        link=desk.link("/what-changed", since=before, to=after),
        figures=[p for p in part if isinstance(p, SourceChanged)],
        ranks=[p for p in part if isinstance(p, RankMoved)],
    )


def _figures(desk: ToolDesk, found: Changes) -> list[SourceChanged]:
    page = desk.link("/what-changed", since=found.before, to=found.after)
    rows = []
    for r in each_row(found.figures):
        spec = desk.sources.get(r.source)
        rows.append(
            SourceChanged(
                indicator=r.indicator,
                source=spec.title if spec else r.source,
                licence=spec.licence if spec else "",
                link=page,
                revised=int(r.revised),
                new=int(r.new),
                gone=int(r.gone),
            )
        )
    return rows


def _ranks(desk: ToolDesk, found: Changes) -> list[RankMoved]:
    """Return the ranks that moved, each with its range then and now; one without a range is left out."""
    if found.year is None or found.ranks.empty:
        return []
    ranges = [_ranges(desk, version, found.year) for version in (found.before, found.after)]
    rows = []
    for r in each_row(found.ranks):
        then, now = (
            tuple(int(v) for v in known.loc[r.ref_area]) if r.ref_area in known.index else () for known in ranges
        )
        if not then or not now:
            continue
        rows.append(
            RankMoved(
                ref_area=r.ref_area,
                area=desk.areas.name(r.ref_area),
                rank_before=int(r.rank_before),
                rank_before_p05=then[0],
                rank_before_p95=then[1],
                rank=int(r.rank),
                rank_p05=now[0],
                rank_p95=now[1],
                places=int(r.places),
                clear=now[1] < then[0] or now[0] > then[1],
            )
        )
    return rows


def _ranges(desk: ToolDesk, version: str, year: int) -> pd.DataFrame:
    with as_of(version):
        return served.ranking(desk.engine, desk.index_code, year).set_index("ref_area")[RANGE].dropna()
