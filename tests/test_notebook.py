"""The lines that the documents tell people to type: they are run, against a real server."""

import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from scidip.store.queries.served import SCORES

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "notebook.md"
ADDRESS = "http://127.0.0.1:8050"


def lines(language: str) -> list[str]:
    found = re.findall(rf"```{language}\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert len(found) == 1
    return [line for line in found[0].splitlines() if line.strip()]


def expected(engine) -> int:
    query = (
        "SELECT count(*) FROM score WHERE framework = 'three_factors' AND node = 'std' AND time_period >= 2018 "
        f"AND run_id = (SELECT run_id FROM vintage WHERE source_id = '{SCORES}')"
    )
    with engine.connect() as connection:
        return connection.exec_driver_sql(query).scalar()


def test_three_lines_of_pandas_fetch_a_table(live_server: str, engine) -> None:
    assert len(lines("python")) == 3
    told: dict[str, pd.DataFrame] = {}
    exec("\n".join(lines("python")).replace(ADDRESS, live_server), told)
    scores = told["scores"]
    assert len(scores) == expected(engine) > 900
    ranked = scores[scores["is_ranked"]]
    assert (ranked["rank_p05"] <= ranked["rank"]).mean() > 0.9 and scores["time_period"].min() == 2018
    parquet = pd.read_parquet(f"{live_server}/api/v1/scores?node=std&time_period=2018:&format=parquet")
    assert len(parquet) == len(scores)


def test_three_lines_of_r_fetch_a_table(live_server: str, engine) -> None:
    assert len(lines("r")) == 3
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("R is not installed here; its lines ask for the same address as those of pandas")
    code = "\n".join([*lines("r"), "cat(nrow(scores))"]).replace(ADDRESS, live_server)
    done = subprocess.run([program, "-e", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and int(done.stdout) == expected(engine)


def test_pandas_and_r_ask_for_the_same() -> None:
    paths = [re.search(r"/scores\?[^\"]+", "\n".join(lines(name)))[0] for name in ("python", "r")]
    assert paths[0] == paths[1]
