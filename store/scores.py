"""Save what a score run computed."""

from collections.abc import Mapping

import pandas as pd
from sqlalchemy import Engine

from scidip.store.database.model_tables import dated_event, event_study, score_break, tie_expectation, tie_model
from scidip.store.database.postgres.bulk import look_at_codes
from scidip.store.database.schema import (
    SCORES,
    crosscheck,
    crosscheck_worst,
    index_audit,
    score,
    score_interval,
    scored_cell,
    treatment,
)
from scidip.store.entering import enter_version
from scidip.store.runs import close, insert_frame, point, prune

COMPUTED = (score, score_interval, scored_cell, treatment, crosscheck, crosscheck_worst, index_audit)
TABLES = {t.name: t for t in (*COMPUTED, tie_expectation, tie_model, event_study, dated_event, score_break)}


def save_scores(
    engine: Engine, run_id: int, content_digest: str, tables: Mapping[str, pd.DataFrame], methodology: str
) -> None:
    """Write the tables of a score run by name, move the pointer and close the run, in one transaction.

    What serves then is entered as a version.

    methodology: the code of that by which was scored, kept with the run.
    """
    with engine.begin() as connection:
        for name, frame in tables.items():
            insert_frame(connection, TABLES[name], frame, run_id)
        point(connection, SCORES, run_id)
        rows = len(tables[score.name])
        named = {"content_digest": content_digest, "methodology": methodology}
        close(connection, run_id, "succeeded", parsed=rows, loaded=rows, **named)
        for subject in sorted({SCORES, *enter_version(connection)}):
            prune(connection, subject)
        look_at_codes(connection)
