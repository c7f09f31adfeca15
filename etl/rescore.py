"""Derive and score: bring what is computed up to date with the figures that serve."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from scidip.etl import bundle as bundles
from scidip.etl.index_audit import audit_table
from scidip.etl.publishing import Outcome, Progress, Workshop, publish_batch, silent
from scidip.indicators.engine.drivers import breaks
from scidip.indicators.engine.published import score
from scidip.indicators.events import held
from scidip.indicators.gravity import expectation
from scidip.indicators.lists import collapsed, source_coverage, with_none
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.model.not_ranked_reasons import why_outside
from scidip.indicators.model.observations import FloatArray, Matrix, derive, newest_year, to_matrix, with_errors
from scidip.indicators.robustness.crosscheck import Agreement, agreement
from scidip.indicators.robustness.published_intervals import intervals_of
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, DEFAULT_METHODOLOGY, NOT_APPLICABLE
from scidip.store.database.schema import DERIVED, SCORES
from scidip.store.queries import served as queries
from scidip.store.queries import source_queries
from scidip.store.runs import Batch, running
from scidip.store.scores import save_scores


def is_stale(shop: Workshop, bundle: bundles.Bundle) -> bool:
    """Return whether `build` would change anything: figures never held, or scores of other figures."""
    unheld = any(not queries.was_published(shop.engine, s, bundle.digest_of(s)) for s in bundle.sources)
    return unheld or queries.served_digest(shop.engine, SCORES) != _score_digest(shop)


def _score_digest(shop: Workshop) -> str:
    """Return the digest of everything the scores depend on: figures, catalogue, areas and code."""
    parts = [_served(shop), shop.catalogue.digest, shop.areas.digest, shop.code_version]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _served(shop: Workshop) -> str:
    """Return the digests of the sources that serve, as one text."""
    served = sorted(queries.served_digests(shop.engine).items())
    return "\n".join(f"{s}:{d}" for s, d in served if s not in (SCORES, DERIVED))


def rescore(shop: Workshop, *, force: bool = False, progress: Progress = silent) -> Outcome:
    """Derive what is derived, score all years and save both, if what they rest on has changed."""
    content = _score_digest(shop)
    if not force and queries.served_digest(shop.engine, SCORES) == content:
        return Outcome(SCORES, "unchanged", {})
    progress("derive")
    observations, coverage = _derive(shop)
    with running(shop.engine, "score", SCORES, shop.code_version) as run_id:
        progress("score")
        areal = observations[observations["counterpart_area"] == NOT_APPLICABLE]
        tables = score_tables(shop.catalogue, shop.areas, with_none(areal, coverage), progress)
        tables |= crosscheck_tables(shop.catalogue, observations)
        progress("audit of the index")
        tables["index_audit"] = audit_table(shop.catalogue, shop.areas, observations, tables)
        progress("what is expected of pairs")
        tables |= expectation_tables(shop.areas, observations)
        progress("what followed dated events")
        followed = held.tables(observations, shop.areas.table, tables["tie_expectation"])
        tables |= dict(zip(("event_study", "dated_event"), followed, strict=True))
        progress("save scores")
        save_scores(shop.engine, run_id, content, tables, shop.catalogue.scored_by)
    method = shop.catalogue.methodology
    remarks = () if method.code == DEFAULT_METHODOLOGY else (f"by the methodology {method.name}",)
    return Outcome(SCORES, "succeeded", {"loaded": len(tables["score"])}, remarks=remarks)


def _derive(shop: Workshop) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Publish the derived figures; return all observations, derived ones included, and where lists speak."""
    with running(shop.engine, "derive", DERIVED, shop.code_version) as run_id:
        base = queries.observations(shop.engine, sources_only=True)
        aside = _set_aside(shop, base)
        own = source_coverage(shop.catalogue, shop.areas, base, aside)
        spelt = with_none(base, own)
        whole = derive(shop.catalogue, {str(code): part for code, part in spelt.groupby("indicator")})
        derived, added = collapsed(shop.catalogue, whole, aside)
        coverage = pd.concat([own, added], ignore_index=True)
        told = bundles.to_csv(derived) + coverage.to_csv(index=False).encode()
        content = hashlib.sha256(told + _served(shop).encode()).hexdigest()
        origins = _origins(shop, base)
        batch = Batch(derived, pd.DataFrame(), {}, (), content, origins=origins, coverage=coverage)
        publish_batch(shop, run_id, DERIVED, batch)
    return pd.concat([base, derived], ignore_index=True), coverage


HARDLY = 0.01
"""Share of an area's known entries up to which an entry that was set aside leaves the rest as good as whole."""


def _set_aside(shop: Workshop, base: pd.DataFrame) -> set[tuple[str, str]]:
    """Return indicator and area of the lists of which a row that matters serves in quarantine: they are not known."""
    series = {(i.source, i.series): i for i in shop.catalogue.indicators.values() if i.series}
    amounts: dict[tuple[str, str], float] = {}
    for source, code, source_area, value in source_queries.quarantined_rows(shop.engine):
        spec = series.get((source, code))
        if spec is not None and spec.absent != "unknown":
            scheme = shop.sources[source].spec.area_scheme
            area = shop.areas.resolve(source, source_area, scheme).ref_area
            if area:
                amounts[spec.code, area] = amounts.get((spec.code, area), 0.0) + abs(value)
    known = base[base["indicator"].isin({code for code, _ in amounts})]
    held = known.groupby(["indicator", "ref_area"])["obs_value"].sum().to_dict()
    return {key for key, amount in amounts.items() if amount > HARDLY * held.get(key, 0.0)}


def _origins(shop: Workshop, base: pd.DataFrame) -> pd.DataFrame:
    """Return title, vintage and licence of what each derived indicator rests on, joined by " + "."""
    files = source_queries.file_vintages(shop.engine).set_index(["source", "file"])["vintage"]
    used = base.groupby("indicator")["file"].max()
    rows = []
    for spec in shop.catalogue.derived():
        inputs = [i for i in shop.catalogue.inputs_of(spec.code) if i.code in used.index]
        described: dict[str, tuple[str, str]] = {}
        for i in inputs:
            title, licence = shop.sources[i.source].spec.title, shop.sources[i.source].spec.licence
            newest = max(described.get(title, ("", ""))[0], str(files[i.source, used[i.code]]))
            described[title] = (newest, licence)
        if described:
            vintages, licences = zip(*described.values(), strict=True)
            joined = (" + ".join(described), " + ".join(vintages), " + ".join(dict.fromkeys(licences)))
            rows.append((spec.code, *joined))
    return pd.DataFrame(rows, columns=["indicator", "title", "vintage", "licence"])


def crosscheck_tables(catalogue: Catalogue, observations: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return how the series of each cross-check agree, and the cells that differ most."""
    needed = {c for check in catalogue.crosschecks.values() for c in (check.first, check.second)}
    frames = dict(tuple(observations[observations["indicator"].isin(needed)].groupby("indicator")))
    found = [
        agreement(check, frames[check.first], frames[check.second])
        for check in catalogue.crosschecks.values()
        if check.first in frames and check.second in frames
    ]
    worst = [f.worst.assign(code=f.check.code, place=range(len(f.worst))) for f in found]
    return {
        "crosscheck": _agreements(found),
        "crosscheck_worst": pd.concat(worst, ignore_index=True) if worst else pd.DataFrame(),
    }


def expectation_tables(areas: Areas, observations: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return what the gravity model expects of the pairs of areas that exist today, and the model itself."""
    present = areas.table[areas.table["kind"] != "former"]
    regions = dict(zip(present["ref_area"], present["region"].fillna("").astype(str), strict=True))
    expected, model = expectation.tables(observations, regions)
    return {"tie_expectation": expected, "tie_model": model}


def _agreements(found: Sequence[Agreement]) -> pd.DataFrame:
    """Return a row for each cross-check: its two series, how far they agree, and how far they should."""
    columns = [
        "code",
        "first",
        "second",
        "scale",
        "common",
        "correlation",
        "at_least",
        "median_ratio",
        "within",
        "note",
    ]
    rows = [
        (c.code, c.first, c.second, c.scale, f.common, f.correlation, c.at_least, f.median_ratio, f.within, c.note)
        for f in found
        for c in [f.check]
    ]
    return pd.DataFrame(rows, columns=columns)


def score_tables(
    catalogue: Catalogue, areas: Areas, observations: pd.DataFrame, progress: Progress = silent
) -> dict[str, pd.DataFrame]:
    """Return the tables of a score run by name, from all per-area observations.

    Every framework is scored over the same matrix, so that their scores compare; what was done to
    each indicator is the same in all and stored once.
    """
    supplied = observations.loc[observations["indicator"].isin(_supplied(catalogue)), "indicator"]
    catalogue = catalogue.with_supplied(set(supplied))
    specs, methodology = catalogue.indicators, catalogue.methodology
    matrix = scoring_matrix(catalogue, areas, observations)
    scores, spreads = [], []
    for code, framework in catalogue.frameworks.items():
        result = score(matrix, specs, framework, methodology)
        scores.append(result.scores.assign(framework=code))
        progress(f"uncertainty of {framework.name}, {methodology.uncertain.draws:,} draws")
        spread = intervals_of(matrix, result, framework, methodology)
        spreads.append(spread.assign(framework=code))
    steps = breaks(result.cells, specs, catalogue.framework, methodology)
    return {
        "score_break": steps.assign(framework=DEFAULT_FRAMEWORK),
        "score": pd.concat(scores, ignore_index=True),
        "score_interval": pd.concat(spreads, ignore_index=True),
        "scored_cell": result.cells,
        "treatment": result.treatments,
    }


def _supplied(catalogue: Catalogue) -> list[str]:
    return [i.code for i in catalogue.of_source("user")]


def scoring_matrix(catalogue: Catalogue, areas: Areas, observations: pd.DataFrame) -> Matrix:
    """Return the matrix of all frameworks' indicators, with the reason of each row outside."""
    methodology = catalogue.methodology
    leaves = dict.fromkeys(i for f in catalogue.frameworks.values() for i in f.leaves)
    specs = [catalogue.indicators[code] for code in leaves]
    newest = newest_year(observations, specs, methodology.period)
    years = list(range(methodology.period.first, newest + 1))
    edition = methodology.period.edition
    if edition is not None and edition > newest:
        years.append(edition)
    known = observations[observations["indicator"].isin(list(leaves))]
    listed = areas.table.loc[areas.table["kind"] != "former", "ref_area"]
    codes = sorted(set(known["ref_area"]) & set(listed))
    people = _population(catalogue, observations, codes, years)
    minimum = methodology.universe.min_population
    outside = [
        [why_outside(areas.kind(code), people[a, y], minimum) for y in range(len(years))]
        for a, code in enumerate(codes)
    ]
    matrix = to_matrix(known, specs, codes, years, outside, methodology.period)
    matrix = with_errors(matrix, observations, specs)
    return replace(matrix, peers=tuple(areas.peers.get(a, "") for a in codes))


def _population(
    catalogue: Catalogue, observations: pd.DataFrame, codes: Sequence[str], years: Sequence[int]
) -> FloatArray:
    """Return the population of each area and year, carried as the indicator allows."""
    unknown = [[None] * len(years)] * len(codes)
    spec = catalogue.indicators["population"]
    return to_matrix(observations, [spec], codes, years, unknown, catalogue.methodology.period).values[:, :, 0]
