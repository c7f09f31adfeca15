"""How what was read is published: beside what serves of its source, and past the gate."""

import dataclasses
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Engine

from scidip.etl.gate import dropping, of_rows, of_series, set_aside, surprises, whereabouts
from scidip.etl.renewal import Place, Renewal
from scidip.etl.source import Source
from scidip.indicators.errors import RunHeld
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.model.source import SourceSpec
from scidip.indicators.vocabulary import NOT_APPLICABLE
from scidip.store import kept
from scidip.store.runs import Batch, close, current_run, publish

Progress = Callable[[str], None]
"""Told the name of each stage as it begins."""


@dataclass(frozen=True)
class Workshop:
    """What every use-case needs: the database, the catalogue, the areas and the installed sources."""

    engine: Engine
    catalogue: Catalogue
    areas: Areas
    sources: Mapping[str, Source]
    latest_period: int
    """The present year: no figure can be of a later one."""
    code_version: str


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    subject: str
    status: str
    counts: Mapping[str, int]
    """What became of the rows of the files."""
    message: str = ""
    remarks: tuple[str, ...] = ()
    """What else a reader of the outcome should know, a sentence each."""
    failures: tuple[str, ...] = ()
    """What was asked for and not given, a sentence each; its old figures keep serving."""
    held: tuple[str, ...] = ()
    """Series whose new figures differ too much and wait for a human, a sentence each; the old ones keep serving."""


def silent(_stage: str) -> None:
    """Say nothing."""


def publish_batch(shop: Workshop, run_id: int, subject: str, batch: Batch, *, message: str = "") -> Outcome:
    """Publish *batch* in the place of all that serves of *subject*, unless it equals that ("unchanged")."""
    with shop.engine.begin() as connection:
        serving = current_run(connection, subject)
        if serving and serving["content_digest"] == batch.content_digest:
            close(connection, run_id, "unchanged", content_digest=batch.content_digest, message=message)
            return Outcome(subject, "unchanged", batch.counts)
    publish(shop.engine, run_id, subject, batch, message=message)
    return Outcome(subject, "succeeded", batch.counts)


@dataclass(frozen=True)
class Step:
    """How a batch that was read is to be published."""

    spec: SourceSpec
    accept: bool = False
    replace: bool = False
    apart: bool = False
    """Whether series that surprise are held each on its own, and the others published."""
    remarks: tuple[str, ...] = ()
    """What was found while it was read."""
    progress: Progress = silent
    tell: Progress = silent


def publish_step(shop: Workshop, run_id: int, batch: Batch, step: Step) -> Outcome:
    """Publish *batch* beside what serves and is not in it, unless it surprises the gate (RunHeld)."""
    subject = step.spec.id
    with shop.engine.begin() as connection:
        serving = current_run(connection, subject)
    read = (*step.remarks, *set_aside(batch))
    if serving is None:
        step.progress("publish")
        outcome = publish_batch(shop, run_id, subject, batch, message="; ".join(step.remarks))
        return dataclasses.replace(outcome, remarks=read)
    old = kept.batch_of(shop.engine, serving["run_id"])
    renewal = Renewal(batch, old, step.spec.renews, step.spec.gate)
    held = of_series(renewal) if step.apart and not of_rows(batch, step.spec.gate) else {}
    if held and set(held) < set(batch.observations["indicator"]):
        batch = without(batch, held)
        renewal = Renewal(batch, old, step.spec.renews, step.spec.gate)
    merged = batch if step.replace else renewal.merged(lambda row: _place(shop, step.spec, row))
    told = whereabouts(renewal, replaced=step.replace)
    if merged.content_digest != serving["content_digest"]:
        _hold_surprises(shop, run_id, renewal, step)
    if step.replace and (dropped := renewal.dropped()):
        step.tell(dropping(subject, dropped, len(renewal.old.observations)))
    step.progress("publish")
    message = "; ".join((*step.remarks, *told, *held.values()))
    outcome = publish_batch(shop, run_id, subject, merged, message=message)
    said = read if outcome.status == "unchanged" else (*read, *told)
    return dataclasses.replace(outcome, counts=batch.counts, remarks=said, held=tuple(held.values()))


def without(batch: Batch, codes: Collection[str]) -> Batch:
    """Return a batch without the figures of some indicators, as if the files did not hold them."""
    figures = batch.observations[~batch.observations["indicator"].isin(list(codes))]
    lost = len(batch.observations) - len(figures)
    return dataclasses.replace(batch, observations=figures, parsed=batch.counts["parsed"] - lost)


def _hold_surprises(shop: Workshop, run_id: int, renewal: Renewal, step: Step) -> None:
    """Close the run as held and raise RunHeld when the batch surprises and was not accepted."""
    surprise = surprises(renewal, replaced=step.replace)
    if step.accept or not surprise:
        return
    with shop.engine.begin() as connection:
        close(connection, run_id, "held", message=surprise)
    subject, flags = step.spec.id, "--replace --accept" if step.replace else "--accept"
    keeping = "" if step.replace else "; what they do not hold keeps serving"
    raise RunHeld(
        f"{subject}: {surprise}; the old vintage keeps serving. Look at the files, "
        f"then `scidip ingest {subject} {flags}` with the same files publishes them{keeping}"
    )


def _place(shop: Workshop, spec: SourceSpec, row: Mapping[str, str]) -> Place:
    """Return the place of a quarantined row; an area that is not known stays as it was written."""
    codes = {s.series: s.code for s in shop.catalogue.of_source(spec.id)}

    def area(text: str) -> str:
        if text == NOT_APPLICABLE:
            return text
        return shop.areas.resolve(spec.id, text, spec.area_scheme).ref_area or text

    series = row.get("series", "")
    areas = area(row.get("source_area", "")), area(row.get("source_counterpart", ""))
    return codes.get(series, series), *areas, row.get("time_period", "")
