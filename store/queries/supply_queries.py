"""Reads about the figures that an institution supplied of its own."""

from sqlalchemy import Engine, func, inspect, select

from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.model.declared import Declared, declaring
from scidip.indicators.supply import SOURCE, Entry
from scidip.store.database.model_tables import declared_indicator
from scidip.store.database.schema import observation, quarantine, run_file, snapshot, vintage


def declared(engine: Engine) -> tuple[Declared, ...]:
    """Return what the files that serve declare beside the catalogue, by code; of several files the last one's."""
    if not inspect(engine).has_table(declared_indicator.name):
        return ()
    columns = [declared_indicator.c[name] for name in Declared.__dataclass_fields__]
    query = (
        select(*columns)
        .join(vintage, vintage.c.run_id == declared_indicator.c.run_id)
        .where(vintage.c.source_id == SOURCE)
        .order_by(declared_indicator.c.indicator, declared_indicator.c.file)
    )
    with engine.connect() as connection:
        return tuple({row.indicator: Declared(*row) for row in connection.execute(query)}.values())


def with_declared(engine: Engine, catalogue: Catalogue, institution: str = "") -> Catalogue:
    """Return the catalogue with what the files that serve declare; *institution*: whose copy it is."""
    return declaring(catalogue, declared(engine), institution)


def entries(engine: Engine) -> list[Entry]:
    """Return the files whose figures serve or whose rows wait, in the order they were put in."""
    serving = select(vintage.c.run_id).where(vintage.c.source_id == SOURCE).scalar_subquery()
    files = (
        select(run_file.c.file, snapshot.c.name, run_file.c.sha256, run_file.c.vintage)
        .join(snapshot, snapshot.c.sha256 == run_file.c.sha256)
        .where(run_file.c.run_id == serving)
        .order_by(run_file.c.file)
    )
    year = observation.c.time_period
    figures = (
        select(observation.c.file, observation.c.indicator, func.count(), func.min(year), func.max(year))
        .where(observation.c.run_id == serving)
        .group_by(observation.c.file, observation.c.indicator)
        .order_by(observation.c.indicator)
    )
    waiting = select(quarantine.c.file, func.count()).where(quarantine.c.run_id == serving).group_by(quarantine.c.file)
    with engine.connect() as connection:
        held: dict[int, list[tuple[str, int, int, int]]] = {}
        for file, *told in connection.execute(figures):
            held.setdefault(file, []).append((told[0], told[1], told[2], told[3]))
        aside = {row[0]: int(row[1]) for row in connection.execute(waiting)}
        return [
            Entry(
                name,
                sha256,
                day,
                tuple(code for code, *_ in held.get(file, [])),
                sum(n for _, n, *_ in held.get(file, [])),
                min((first for *_, first, _ in held.get(file, [])), default=0),
                max((last for *_, last in held.get(file, [])), default=0),
                aside.get(file, 0),
            )
            for file, name, sha256, day in connection.execute(files)
        ]
