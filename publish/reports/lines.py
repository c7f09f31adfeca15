"""Reports in plain lines: where a number comes from, what changed, what measures what."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Engine

from scidip.figures.rows import each_row
from scidip.figures.text import numbers
from scidip.findings.audit.validity import validity_table
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue, IndicatorSpec
from scidip.indicators.model.not_ranked_reasons import in_english, read_reason
from scidip.indicators.units import unit_words
from scidip.indicators.vocabulary import STATUS_WORDS
from scidip.store import provenance, silence
from scidip.store.queries import list_queries, served, source_queries

SHOWN = 5


def explain(engine: Engine, catalogue: Catalogue, areas: Areas, code: str, area: str, year: int) -> Iterator[str]:
    """Yield the chain from the score of *year* down to the producer's row, one line a step."""
    spec = catalogue.indicators[code]
    yield f"{spec.name}, {areas.name(area)}, {year}"
    if spec.supplied_by:
        yield spec.note
    yield from _from_score_down(engine, catalogue, code, area, year)
    cell = provenance.cell(engine, code, area, year)
    if cell:
        yield f"Normalised: {cell['normalised']:.2f} of 100; {_rule(cell)}"
        if cell["own_period"] < year:
            yield f"Carried: the figure is of {cell['own_period']} (kept for at most {spec.max_age} years)"
    yield from _origin(engine, catalogue, code, area, year, 0)


def _from_score_down(engine: Engine, catalogue: Catalogue, code: str, area: str, year: int) -> Iterator[str]:
    scores = served.area_scores(engine, area)
    scores = scores[scores["time_period"] == year].set_index("node")
    framework = catalogue.framework
    node = next((n for n in framework.level("dimension") if code in n.indicators), None)
    if node is None:
        yield "Score: shown only, not part of the index"
        return
    path = [framework.node(framework.index_code), framework.node(node.parent), node]
    for step in path:
        if step.code not in scores.index:
            yield f"{step.name}: no score in {year}"
            continue
        row = scores.loc[step.code]
        reason = read_reason(str(row["reason_code"]), str(row["reason_params"]))
        shown = (
            f"{row['score']:.2f} of 100" if pd.notna(row["score"]) else f"not scored. {in_english(reason, framework)}"
        )
        yield f"{step.name}: {shown}{_rank_words(row)}"


def _rank_words(row: Any) -> str:
    if pd.isna(row["rank"]) or pd.isna(row["rank_p05"]):
        return ""
    span = f"{row['rank_p05']:.0f}-{row['rank_p95']:.0f}"
    return f", rank {row['rank']:.0f} of {row['ranked_areas']:.0f} (between {span} in 90 % of simulated methods)"


def _rule(cell: Mapping[str, Any]) -> str:
    bounds = f"bounds {cell['lower']:.6g} to {cell['upper']:.6g} over all ranked areas and years"
    treated = "not treated" if cell["rule"] == "none" else f"treated: {cell['rule']}"
    return f"{treated}; {bounds}"


def _origin(engine: Engine, catalogue: Catalogue, code: str, area: str, year: int, depth: int) -> Iterator[str]:
    spec, indent = catalogue.indicators[code], "  " * depth
    if spec.arity == "pair":
        period, count, file = provenance.ties(engine, code, area, year)
        yield (f"{indent}{spec.name}: {count:,} pairs of {period} in {file}" if count else f"{indent}{spec.name}: none")
        return
    found = provenance.figure(engine, code, area, year)
    lists = list_queries.coverage(engine, code, area)
    silent = silence.Silences.of(lists, "ref_area", [area]).newest(year)[0]
    if silent == silent and (found is None or found["time_period"] < silent):
        whose = list_queries.origins(engine).loc[code]
        yield f"{indent}{spec.name}: none; the complete list of {silent:.0f} has no row of this area"
        yield f"{indent}  source: {whose['source_title']}, {whose['vintage']}, {whose['licence']}"
        return
    if found is None:
        yield f"{indent}{spec.name}: {_not_known(spec, lists, year)}"
        return
    status = STATUS_WORDS[found["obs_status"]]
    unit = unit_words(found["unit"])
    yield (f"{indent}{spec.name}: {found['obs_value']:.6g} {unit}".rstrip() + f" in {found['time_period']}, {status}")
    if spec.derive:
        yield f"{indent}  derived: {spec.derive.measure} of {', '.join(spec.derive.of)}"
        for needed in spec.derive.of:
            yield from _origin(engine, catalogue, needed, area, found["time_period"], depth + 1)
        return
    yield f"{indent}  source: {found['title']}, {found['vintage']}, {found['licence']}"
    yield f"{indent}  file: {found['file']}, row {found['row']} (sha256 {found['sha256']})"
    address = f"from {found['url']}, " if found["url"] else ""
    yield f"{indent}  retrieved: {address}{found['retrieved'] or 'date not recorded'}; run {found['run_id']}"
    yield f"{indent}  cite: {found['citation']}"


def _not_known(spec: IndicatorSpec, lists: pd.DataFrame, year: int) -> str:
    if spec.absent == "unknown":
        return "no figure published"
    if lists.empty:
        return "not known; the list does not speak of this area by itself"
    return f"not known up to {year}; the list begins in {lists['first_period'].min()}"


def difference(engine: Engine, subject: str) -> Iterator[str]:
    """Yield what changed between the last two vintages of a source, by indicator."""
    kept = provenance.vintages(engine, subject)
    if len(kept) < 2:
        yield f"{subject}: only one vintage is kept; ingest another to compare"
        return
    new, old = kept.iloc[0], kept.iloc[1]
    yield f"{subject}: run {old['run_id']} ({old['files']}) to run {new['run_id']} ({new['files']})"
    changes = provenance.compare(
        provenance.of_run(engine, int(old["run_id"])), provenance.of_run(engine, int(new["run_id"]))
    )
    if changes.empty:
        yield "no figure differs"
    for code, rows in changes.groupby("indicator"):
        counts = rows["change"].value_counts()
        words = ", ".join(f"{counts.get(c, 0):,} {c}" for c in ("new", "gone", "revised"))
        yield f"{code}: {words}"
        for row in each_row(rows[rows["change"] == "revised"].head(SHOWN)):
            pair = "" if row.counterpart_area == "_Z" else f"-{row.counterpart_area}"
            by = f" ({row.relative:+.1%})" if pd.notna(row.relative) else ""
            yield f"  {row.ref_area}{pair} {row.time_period}: {row.old_value:.6g} to {row.new_value:.6g}{by}"


def versions(records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a line for each version that can be read again, of `store.versions.listing`."""
    if not records:
        yield "No version is kept yet: the next `scidip build`, `score` or `refresh` enters one."
    for record in records:
        sources = record["renewed"]
        renewed = "the oldest kept" if sources is None else f"renewed: {_listed(sources) or 'none, scored anew'}"
        size = f", about {record['bytes'] / 1e6:.1f} MB of its own" if record["bytes"] is not None else ""
        name = f" “{record['name']}”" if record["name"] else ""
        yield (f"{record['version']}{name}: made {record['made_at']}, {record['ranked']} ranked{size}; {renewed}")


def _listed(sources: Sequence[str]) -> str:
    more = len(sources) - SHOWN
    return ", ".join(sources[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def elements(engine: Engine, catalogue: Catalogue) -> Iterator[str]:
    """Yield a line for each element of the model: measured by what, for how many areas, up to when."""
    coverage = source_queries.element_coverage(engine).set_index("indicator")
    for node in catalogue.framework.level("dimension"):
        if node.not_measured:
            yield f"{node.name}: not measured. {node.not_measured}"
            continue
        parts = []
        for code in node.indicators:
            proxy = ", proxy" if catalogue.indicators[code].proxy else ""
            if code in coverage.index:
                found = coverage.loc[code]
                parts.append(f"{code} ({found['areas']} areas, to {found['newest']}{proxy})")
            else:
                parts.append(f"{code} (no figures{proxy})")
        yield f"{node.name}: {'; '.join(parts)}"


def crosschecks(engine: Engine) -> Iterator[str]:
    """Yield a line for each cross-check, and the cells that differ most."""
    cells = source_queries.crosscheck_cells(engine)
    for found in each_row(source_queries.crosschecks(engine)):
        enough = numbers.known(found.correlation) and found.correlation >= found.at_least
        verdict = "as expected" if enough else f"below the expected {found.at_least}"
        scale = "logarithms, " if found.scale == "log" else ""
        yield (
            f"{found.first} against {found.second}: {found.common:,} common cells, correlation "
            f"{_or_dash(found.correlation, '.4f')} ({scale}{verdict}), {_or_dash(found.within, '.1%')} "
            f"within 5 %, median ratio {_or_dash(found.median_ratio, '.3f')}"
        )
        for row in each_row(cells[cells["code"] == found.code].head(3)):
            pair = "" if row.counterpart_area == "_Z" else f"-{row.counterpart_area}"
            yield f"  {row.ref_area}{pair} {row.time_period}: {row.first:.6g} against {row.second:.6g}"


def _or_dash(value: float | None, form: str) -> str:
    """Return a number as *form* says; a dash where too few cells are common for one."""
    return format(value, form) if numbers.known(value) else "–"


def validity(engine: Engine, catalogue: Catalogue) -> Iterator[str]:
    """Yield how the newest index correlates with published indices over the ranked areas."""
    for row in each_row(validity_table(engine, catalogue)):
        yield (
            f"index {row.year} against {row.name} {row.newest}: "
            f"correlation {row.correlation:.3f} over {row.areas} areas"
        )


def rows_by_source(engine: Engine) -> Iterator[str]:
    """Yield what became of every source's rows, with exclusions by reason and quarantine by row."""
    left_out, held = source_queries.exclusions(engine), source_queries.quarantined(engine)
    for row in each_row(source_queries.sources(engine)):
        yield (
            f"{row.title}: {row.parsed:,} rows read, {row.loaded:,} loaded, "
            f"{row.excluded:,} excluded, {row.quarantined:,} quarantined"
        )
        for out in each_row(left_out[left_out["source"] == row.source]):
            yield f"  left out: {out.rows:,} rows, {out.why}"
        for bad in each_row(held[held["source"] == row.source]):
            yield f"  {bad.check_code}: {bad.file}, row {bad.row}: {bad.message}"
