"""Reads about the figures that an institution supplied of its own."""

from sqlalchemy import Engine, func, select

from scidip.indicators.supply import SOURCE, Entry
from scidip.store.database.schema import observation, quarantine, run_file, snapshot, vintage


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
