"""Gapminder's repository: a file per series, ISO3 in small letters and `hos` for the Holy See."""

import re

from tests.replay.answering import Asked, Reply

HOSTS = ("raw.githubusercontent.com",)
FOLDER = "/open-numbers/ddf--gapminder--fasttrack/master/countries_etc_datapoints/"
FIGURES = {"emigrant_n": (2_100_000, 525_000, 90), "emigrant_pc": (20.1, 1.02, 11.5)}


def reply(asked: Asked) -> Reply | None:
    found = re.fullmatch(re.escape(FOLDER) + r"ddf--datapoints--(\w+)--by--country--time\.csv", asked.path)
    return Reply(table(found[1]), "text/plain; charset=utf-8") if found and found[1] in FIGURES else None


def table(series: str) -> bytes:
    lines = [f"{area},2024,{figure}" for area, figure in zip(("prt", "ken", "hos"), FIGURES[series], strict=True)]
    return "\n".join((f"country,time,{series}", *lines, "")).encode()
