"""Nothing that is printed says none, zero, first, up or down against a figure that is held: over the whole database.

Every area × indicator × scored year, every scored cell, every node × year, and 2,000 drawn pairs × layers × directions
are held against the stored rows by `publish.audit.truth`, which shares no query with what prints them.
"""

import numpy as np
import pytest
from click.testing import CliRunner

from scidip.cli import main
from scidip.dashboard.widgets import rank_changes
from scidip.figures.text import numbers, sentences
from scidip.findings import pair_sentences
from scidip.findings.change import change_of, only_figure
from scidip.findings.pair import LAYERS, PairView
from scidip.indicators.vocabulary import NOT_APPLICABLE, ObsStatus
from scidip.publish.audit import told
from scidip.publish.audit.run import audit, drawn_pairs
from scidip.publish.audit.truth import truth_of
from scidip.publish.export import tables
from scidip.store.queries import served
from scidip.store.table_rows import Chosen
from tests.test_pages import make_context

NONE = str(ObsStatus.NONE_LISTED)
PAIRS = 2000


@pytest.fixture(scope="module")
def truth(engine, catalogue, areas):
    return truth_of(engine, catalogue, areas)


@pytest.fixture(scope="module")
def reader(built_url, catalogue, areas, sources):
    """What pages ask, with scores and figures read ahead as the server does. The figures do not change meanwhile."""
    ctx = make_context(built_url, catalogue, areas, sources)
    ctx.prepare()
    with ctx.at_one_moment():
        yield ctx


def held_at(line, years):
    """Return years and values of the newest figures of a line up to each of *years*; NaN where there is none."""
    found = np.full((2, len(years)), np.nan)
    if line:
        own, values = np.array(line, dtype=float).T
        place = np.searchsorted(own, years, side="right") - 1
        found[:, place >= 0] = own[place[place >= 0]], values[place[place >= 0]]
    return found


def test_every_area_indicator_and_year_says_what_is_held_and_none_only_where_a_list_is_silent(truth, reader) -> None:
    table, years = reader._prepared[reader.data_version].figures, np.array(reader.years)
    wrong, seen, silent, unknown = [], 0, {}, 0
    for area in sorted(reader.present_areas):
        held = np.array([held_at(truth.line(code, area), years) for code in table.listed["indicator"]])
        for place, year in enumerate(reader.years):
            frame = table.area_indicators(area, year)
            own, value = (frame[c].to_numpy(dtype=float) for c in ("time_period", "obs_value"))
            held_year, held_value = held[:, 0, place], held[:, 1, place]
            fits = np.where(np.isnan(value), np.isnan(held_year), (held_year == own) & (held_value == value))
            for i in np.flatnonzero((frame["obs_status"] == NONE) & ~np.isnan(value)):
                key = (frame["indicator"].iloc[i], area, int(own[i]))
                if key not in silent:
                    silent[key] = truth.may_be_none(*key)
                fits[i] = value[i] == 0 and silent[key] and not held_year[i] >= own[i]
            seen, unknown = seen + len(frame), unknown + int(np.isnan(value).sum())
            wrong += [(area, year, *frame.iloc[i], *held[i, :, place]) for i in np.flatnonzero(~fits)]
    assert not wrong, f"{len(wrong)} of {seen}, such as {wrong[:5]}"
    assert seen > 400_000 and unknown > 50_000 and len(silent) > 20_000


def test_a_scored_zero_is_held_or_marked_as_read_from_a_silent_list(engine, catalogue, truth) -> None:
    stages = tables.stages(engine, catalogue, Chosen())
    place = {name: stages.header.index(name) for name in stages.header}
    zeros = wrong = 0
    lines = truth.lines.items()
    held = {(c, a, y) for (c, a, other), line in lines if other == NOT_APPLICABLE for y, _ in line}
    for row in stages.rows():
        key = (row[place["indicator"]], row[place["ref_area"]], row[place["own_period"]])
        marked = row[place["none_by_list"]]
        zeros += marked
        wrong += marked == (key in held)
        wrong += marked and not truth.may_be_none(*key)
        assert row[place["obs_status"]] != NONE, "a status of ours never leaves as one of SDMX"
    assert zeros > 5_000 and wrong == 0


def test_two_thousand_pairs_say_of_each_layer_and_direction_what_is_held(reader, truth) -> None:
    random = np.random.default_rng(13)
    pairs = drawn_pairs(reader, random)
    checked, untrue = 0, []
    for _ in range(PAIRS):
        a, b = next(pairs)
        for sentence in told.pair(reader, truth, a, b, int(random.choice(reader.years))):
            checked += 1
            if not sentence.is_true:
                untrue.append(sentence.text)
    assert not untrue, untrue[:10]
    assert checked == PAIRS * (2 + 2 * len(LAYERS))


def test_students_known_one_way_are_told_that_way_and_the_other_as_not_published(reader, truth) -> None:
    flows = {k[1:]: line for k, line in truth.lines.items() if k[0] == "student_flow"}
    one_way = [ends for ends in flows if ends[::-1] not in flows and reader.present_areas.issuperset(ends)]
    checked, last = 0, reader.years[-1]
    for a, b in one_way[:: max(1, len(one_way) // 150)]:
        year, count = truth.newest(flows[a, b], last) or flows[a, b][0]
        view = PairView(reader, b, a, last)
        to, sender = view.spoken
        known = f"{sender} to {to}: {numbers.value(count, 'count')} ({year})"
        assert pair_sentences.students(view) == f"Students from {known}; the other way is not published."
        checked += 1
    assert checked >= 100


def test_who_leads_and_who_moved_is_so_in_every_year_and_node(reader, truth) -> None:
    ctx = reader
    nodes = [n for n in ctx.catalogue.framework.nodes if n.level in ("index", "factor")]
    clear = 0
    for node in nodes:
        for year in ctx.years:
            frame = ctx.query(served.ranking, node=node.code, year=year)
            ranked = frame[frame["rank"].notna()].sort_values(["rank", "ref_area"])
            if ranked.empty:
                continue
            best = truth.scores[node.code, ranked["ref_area"].iloc[0], year]["score"]
            assert best == pytest.approx(ranked["score"].max())
            said = sentences.leaders(frame, year)
            assert sentences.in_text(ranked["name"].iloc[0]).lower() in said.lower()
            since = rank_changes.earlier(ctx, year)
            if since == year:
                continue
            moved = rank_changes.movers(ctx, node.code, year, since)
            for row in moved[moved["change_is_clear"].astype(bool)].itertuples():
                clear += 1
                before, after = (truth.scores[node.code, row.ref_area, y] for y in (since, year))
                change = change_of(ctx, row.ref_area, node.code, since, year).points
                up = after["rank"] < before["rank"]
                assert (after["score"] > before["score"]) == up == (change > 0), (node.code, row)
                told_of = sentences.moved(row_of(row), since)
                assert told_of.startswith("up" if up else "down")
    assert clear > 10, "ranges hold learnt weights, gaps and what carries most left out, so few changes are clear"


def row_of(row):
    return {**row._asdict()}


def test_a_change_by_one_figure_names_it_with_its_values(reader, truth) -> None:
    named = 0
    for area in sorted(reader.present_areas):
        for told_of in told.standing(reader, truth, area, reader.years[-1]):
            assert told_of.is_true, told_of.text
            named += told_of.kind == "change" and "(" in told_of.text
    assert named > 50
    change = change_of(reader, "NGA", "std", 2018, 2023)
    lead = change.by_dimension.idxmax()
    moved = change.moved(lead)
    assert (only_figure(reader, change, lead) != "") == (len(moved) == 1)


def test_a_strength_is_ahead_of_half_and_a_weakness_is_not(reader, truth) -> None:
    found = audit(reader, truth, 400, seed=3)
    checked, untrue = found.of("percentile")
    assert checked > 10 and untrue == 0
    assert not found.untrue, [t.text for t in found.untrue][:5]
    assert set(found.checked) >= {"figure", "layer", "pair", "claim", "standing"}


def test_an_audit_notices_what_is_false(reader, truth) -> None:
    """The audit must be able to fail: held against other figures, what is printed is false."""
    assert all(t.is_true for t in told.figures(reader, truth, "FRA", 2020))
    lines = {key: [(y, v + 1) for y, v in line] for key, line in truth.lines.items()}
    other = type(truth)(truth.catalogue, truth.areas, lines, truth.scores)
    false = [t for t in told.figures(reader, other, "FRA", 2020) if not t.is_true]
    assert len(false) > 50


def test_the_command_prints_the_count_of_each_kind_and_keeps_it(built_url, truth, monkeypatch) -> None:
    monkeypatch.setattr("scidip.commands.audit.truth_of", lambda *_: truth)
    done = CliRunner().invoke(main, ["audit", "--sentences", "60"], env={"SCIDIP_DATABASE_URL": built_url})
    assert done.exit_code == 0, done.output
    last = [line for line in done.output.splitlines() if line.startswith("all")][-1].split()
    assert int(last[1]) >= 55 and last[3] == "0"
