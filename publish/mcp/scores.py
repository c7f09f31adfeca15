"""Scores and ranks with their ranges, and two areas against each other."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from scidip.figures.rows import each_row
from scidip.figures.text import numbers, sentences
from scidip.findings.claims.check import VERDICTS, of_share
from scidip.findings.claims.report import SCORES_BY
from scidip.findings.exhibits import columns
from scidip.indicators.model.not_ranked_reasons import in_english, read_reason
from scidip.publish.api import records
from scidip.publish.api.query import Refused
from scidip.publish.export.export import period
from scidip.publish.mcp import naming, paging
from scidip.publish.mcp.answers import CompareAnswer, NodeCompared, ScoreAnswer, Scored, Standing
from scidip.publish.mcp.desk import ToolDesk
from scidip.publish.mcp.questions import Compare, Score
from scidip.publish.mcp.tools import head, tool
from scidip.store.queries import served


@tool("Scores and ranks", Score, ScoreAnswer)
def score(desk: ToolDesk, asked: Score) -> ScoreAnswer:
    """Read scores and ranks of the index, a factor or a dimension, best rank first, each with its 5-95 % range.

    A rank is of one data version and method: cite it with its range.
    """
    node = naming.node(desk, asked.node)
    wanted = set(naming.areas(desk, asked.areas))
    rows = [(year, r) for year in _years(desk, asked.years) for r in _of_year(desk, node, year, wanted)]
    start = paging.offset_of("score", asked, desk.data_version)

    def build(part: Sequence[Any], more: bool) -> ScoreAnswer:
        following = paging.cursor("score", asked, desk.data_version, start + len(part)) if more else None
        years = {y for y, _ in part}
        scored = _scored(
            desk, node, min(years) if len(years) == 1 else None, [_standing(desk, row, y) for y, row in part]
        )
        return ScoreAnswer(**head(desk), next=following, scores=scored)

    answer = paging.fitted(rows[start:], asked.limit, build)
    assert isinstance(answer, ScoreAnswer)
    return answer


@tool("Compare two areas", Compare, CompareAnswer)
def compare(desk: ToolDesk, asked: Compare) -> CompareAnswer:
    """Say whether area a stands above area b on the index and its factors, and in what share of simulated methods.

    Ranges of both ranks stand beside; below 95 % the order is within uncertainty.
    """
    a, b = naming.area(desk, asked.a), naming.area(desk, asked.b)
    if a == b:
        raise Refused("same_area", f"{a} is both areas.", "Accepted are two different areas.")
    year, framework = naming.year(desk, asked.year), desk.catalogue.framework
    whole = [n.code for n in framework.nodes if n.level != "dimension"]
    node = naming.node(desk, asked.node) if asked.node else ""
    if node and node not in whole:
        raise Refused("no_draws", f"{node} is a dimension and has no ranks.", f"Accepted are {', '.join(whole)}.")
    found = [_compared(desk, n, a, b, year) for n in ([node] if node else whole)]
    return CompareAnswer(
        **head(desk),
        a=a,
        b=b,
        time_period=year,
        meaning="probability is the share of the simulated methods in which a scores above b; ties count half",
        nodes=found,
    )


def _compared(desk: ToolDesk, node: str, a: str, b: str, year: int) -> NodeCompared:
    rows = {r.ref_area: r for r in _of_year(desk, node, year, {a, b})}
    both = [_standing(desk, rows[c], year) for c in (a, b) if c in rows]
    scored = _scored(desk, node, year, both)
    if len(both) < 2 or any(s.rank is None for s in both):
        words = "Cannot be compared: both must be ranked."
        return NodeCompared(scores=scored, verdict=words)
    told = records.compare(desk, {"a": a, "b": b, "year": str(year), "node": node})
    share, above = float(told["probability"]), bool(told["a_above_b"])
    return NodeCompared(
        scores=scored,
        a_above_b=above,
        probability=share,
        verdict=f"{a} above {b}: {VERDICTS[of_share(above, share)].lower()}",
    )


def _years(desk: ToolDesk, given: str | None) -> list[int]:
    """Return the scored years asked for, the newest first."""
    newest = naming.year(desk, None)
    if not given:
        return [newest]
    try:
        first, last = period(given)
    except ValueError:
        raise Refused(
            "bad_period", f"years is {given!r}.", "Accepted are a year (2020) or a span (2018:2023)."
        ) from None
    found = [y for y in reversed(desk.years) if first <= y <= last]
    if not found:
        raise Refused("unknown_year", f"{given} has no scores.", f"Accepted are {desk.years[0]} to {newest}.")
    return found


def _of_year(desk: ToolDesk, node: str, year: int, wanted: set[str]) -> list[Any]:
    frame: pd.DataFrame = desk.query(served.ranking, node=node, year=year)
    return list(each_row(frame[frame["ref_area"].isin(list(wanted))] if wanted else frame))


def _scored(desk: ToolDesk, node: str, year: int | None, standings: list[Standing]) -> Scored:
    spec = desk.catalogue.framework.node(node)
    name = sentences.factor_title(spec.name) if spec.level == "factor" else spec.name
    link = desk.link("/ranking", node=node, year=year)
    return Scored(
        node=node, name=name, source=SCORES_BY, licence=desk.catalogue.scores_licence, link=link, standings=standings
    )


def _standing(desk: ToolDesk, row: Any, year: int) -> Standing:
    """Return a row of a ranking; a rank without a range is left out."""
    rank, first, last = columns.ranked(row) if numbers.known(row.rank) else (None, None, None)
    if rank is None or first is None or last is None:
        rank = first = last = None
    score, low, high = columns.scored(row)
    why = in_english(read_reason(row.reason_code, row.reason_params), desk.catalogue.framework)
    of = columns.whole(row.ranked_areas) if rank is not None else None
    words = f"not ranked: {why}" if why else "not ranked"
    if rank is not None and first is not None and last is not None:
        words = f"{numbers.rank_words(rank, first, last)}, of {of}"
    return Standing(
        ref_area=row.ref_area,
        area=row.name,
        time_period=year,
        score=_rounded(score),
        score_p05=_rounded(low),
        score_p95=_rounded(high),
        rank=rank,
        rank_p05=first,
        rank_p95=last,
        ranked_areas=of,
        standing=words,
        coverage=_rounded(columns.plain(row.coverage)),
        carried_share=_rounded(columns.plain(row.carried_share)),
    )


def _rounded(value: Any) -> float | None:
    """Return a number with four decimals: more would not be known."""
    return round(float(value), 4) if numbers.known(value) else None
