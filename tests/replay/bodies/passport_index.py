"""The passport index in its two homes on GitHub: raw files, and the day of their last change."""

import json
import re

from tests.replay.answering import CSV, Asked, Reply

HOSTS = ("raw.githubusercontent.com", "api.github.com")
FILE = "passport-index-tidy-iso3.csv"
CHANGED = {"ilyankou/passport-index-dataset": "2025-01-12", "imorte/passport-index-data": "2026-02-17"}
OLD = "Passport,Destination,Code\nPRT,KEN,2\nKEN,PRT,0\nGRC,PRT,3\n"
EDITION = (
    "Passport,Destination,Requirement\nPRT,PRT,-1\nPRT,KEN,eta\nKEN,PRT,visa required\nGRC,PRT,visa free\n"
    "PRT,GRC,90\nNAM,KEN,visa on arrival\nKEN,NAM,no admission\n"
)


def reply(asked: Asked) -> Reply | None:
    if asked.host == "api.github.com":
        return _changed(asked)
    found = re.fullmatch(r"/([\w-]+/[\w-]+)/HEAD/(?:legacy/(\d{4})-\d{2}-\d{2}/)?" + re.escape(FILE), asked.path)
    if not found or found[1] not in CHANGED or (found[2] and not found[1].startswith("ilyankou")):
        return None
    return Reply((OLD if found[2] == "2019" else EDITION).encode(), CSV)


def _changed(asked: Asked) -> Reply | None:
    found = re.fullmatch(r"/repos/([\w-]+/[\w-]+)/commits", asked.path)
    if not found or found[1] not in CHANGED or asked.first("path") != FILE:
        return None
    author = {"name": "Someone", "date": f"{CHANGED[found[1]]}T09:00:00Z"}
    return Reply(json.dumps([{"sha": "a1", "commit": {"author": author, "committer": author}}]).encode())
