"""The API as of a version: `release=`. Synthetic figures."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from scidip.app import create_context
from scidip.dashboard.server.factory import create_app
from scidip.publish.api.openapi import LISTS, OF_TWO, TABLES
from scidip.settings import Settings
from scidip.store import versions
from scidip.store.database.as_of import AS_OF
from scidip.store.entering import KEEP_VERSIONS
from tests.dated import history

ASKED = {
    "observations": "indicator=rd_expenditure_gdp",
    "scores": "node=std",
    "stages": "",
    "pairs": "",
} | dict.fromkeys(("expected", "fields", "openness", "tensions", "unesco"), "area=DEU")


@pytest.fixture
def made(fresh_shop) -> list[str]:
    """Thirteen versions; the first has a name, two are dropped."""
    first = history(fresh_shop.engine, 1)
    versions.give_name(fresh_shop.engine, first[0], "Edition 2026")
    return [*first, *history(fresh_shop.engine, KEEP_VERSIONS + 2, first=1)]


@pytest.fixture
def server(fresh_shop, made) -> Iterator[Flask]:
    ctx = create_context(Settings.from_env({"SCIDIP_DATABASE_URL": str(fresh_shop.engine.url)}))
    yield create_app(ctx).server
    ctx.engine.dispose()


def values(server: Flask, release: str = "", extra: str = "") -> tuple[str, list[float]]:
    """Return the data version that an answer names, and its figures in the order of areas."""
    asked = f"&release={release}" if release else ""
    answer = server.test_client().get(f"/api/v1/observations?{ASKED['observations']}{asked}{extra}")
    assert answer.status_code == 200, answer.text
    return answer.json["data_version"], [row["obs_value"] for row in answer.json["data"]]


def expected(n: int) -> list[float]:
    """The figures of the n-th version by area: DEU, ESP, FRA, ITA, PRT of the order they are made in."""
    return [place + n / 100 for place in (2, 4, 1, 3, 5)]


def test_each_kept_version_is_answered_as_it_was_and_no_other(server, made) -> None:
    for n, code in enumerate(made):
        answer = server.test_client().get(f"/api/v1/scores?node=std&release={code}")
        if 0 < n < len(made) - KEEP_VERSIONS:
            assert (answer.status_code, answer.json["error"]["code"]) == (400, "unknown_release")
            continue
        assert (answer.json["data_version"], answer.headers["X-Data-Version"]) == (code, code)
        assert sorted(r["score"] for r in answer.json["data"]) == pytest.approx(sorted(10 * v for v in expected(n)))
        assert values(server, code) == (code, pytest.approx(expected(n)))
    assert values(server) == values(server, "newest") == (made[-1], pytest.approx(expected(len(made) - 1)))
    assert values(server, "Edition 2026")[0] == made[0]
    assert AS_OF.get() == ""


OTHERS = {"versions", "compare", "pair", "claim", "citation", *OF_TWO}
"""What is of no release, is asked with more, or is there only beside another index."""


@pytest.mark.parametrize("name", sorted({*TABLES, *LISTS} - OTHERS))
def test_every_route_takes_it_and_names_the_version(server, made, name) -> None:
    client = server.test_client()
    told = client.get(f"/api/v1/{name}?{ASKED.get(name, '')}&release={made[0]}")
    assert told.status_code == 200 and told.json["data_version"] == made[0]
    assert made[0] in told.json["citation"]
    for wrong in ("0123456789", "x", "💥", made[1]):
        refused = client.get(f"/api/v1/{name}?release={wrong}")
        assert refused.status_code == 400
        assert set(refused.json["error"]) >= {"code", "message", "remedy", "parameter"}
    assert client.get(f"/api/v1/{name}?{ASKED.get(name, '')}").json["data_version"] == made[-1]


@pytest.mark.parametrize("code", ["csv", "sdmx_csv", "xlsx", "parquet"])
@pytest.mark.parametrize("what", ["observations?indicator=rd_expenditure_gdp", "scores?"])
def test_files_are_of_the_version_to_their_last_byte(server, made, code, what) -> None:
    """Also those that are sent row by row, after the request has ended."""
    client = server.test_client()
    old, new = (client.get(f"/api/v1/{what}&format={code}{more}") for more in (f"&release={made[0]}", ""))
    assert old.status_code == new.status_code == 200
    assert old.data != new.data
    assert old.headers["X-Data-Version"] == made[0] and new.headers["X-Data-Version"] == made[-1]
    if code == "csv":
        later = "51.2" if what.startswith("scores") else "5.12"
        assert (later in old.text, later in new.text) == (False, True)
    assert AS_OF.get() == ""


def test_a_page_of_a_past_version_goes_on_in_it(server, made) -> None:
    client = server.test_client()
    address, rows = f"/api/v1/observations?{ASKED['observations']}&release={made[0]}&limit=2", []
    cursor = ""
    while cursor is not None:
        answer = client.get(address + (f"&cursor={cursor}" if cursor else "")).json
        rows += [r["obs_value"] for r in answer["data"]]
        cursor = answer["next"]
    assert rows == pytest.approx(expected(0))
    first = client.get(address).json["next"]
    newest = client.get(f"/api/v1/observations?{ASKED['observations']}&limit=2&cursor={first}")
    assert newest.json["error"]["code"] == "stale_cursor"


def test_a_caller_who_has_a_version_is_told_that_it_is_the_same(server, made) -> None:
    client = server.test_client()
    tag = client.get(f"/api/v1/areas?release={made[0]}").headers["ETag"]
    assert client.get(f"/api/v1/areas?release={made[0]}", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/api/v1/areas", headers={"If-None-Match": tag}).status_code == 200


def test_the_versions_are_listed(server, made) -> None:
    told = server.test_client().get("/api/v1/versions").json["data"]
    assert [r["version"] for r in told] == [*reversed(made[-KEEP_VERSIONS:]), made[0]]
    assert told[-1]["name"] == "Edition 2026" and {r["ranked"] for r in told} == {5}
    assert server.test_client().get("/api/v1/versions?release=newest").status_code == 400


def test_many_at_once_get_each_their_own(server, made) -> None:
    kept = [made[0], *made[-KEEP_VERSIONS:]]

    def ask(n: int) -> bool:
        code = ["", *kept][n % (len(kept) + 1)]
        told, figures = values(server, code)
        place = made.index(told)
        return told == (code or made[-1]) and figures == pytest.approx(expected(place))

    with ThreadPoolExecutor(8) as pool:
        assert all(list(pool.map(ask, range(120))))
