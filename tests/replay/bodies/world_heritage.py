"""UNESCO DataHub: the bare list that an export gives, every selected field in each row and null where empty."""

import json

from tests.replay.answering import Asked, Reply

HOSTS = ("data.unesco.org",)
PATH = "/api/explore/v2.1/catalog/datasets/whc001/exports/json"
SITES = (
    ("Cultural", "2007", "PT", ["Portugal"]),
    ("Natural", "2007", "PT, ES", ["Portugal", "Spain"]),
    ("Mixed", "2024", "KE", ["Kenya"]),
    ("Cultural", "1981", None, ["Jerusalem (Site proposed by Jordan)"]),
)
KNOWN = ("category", "date_inscribed", "iso_codes", "states_names")


def reply(asked: Asked) -> Reply | None:
    if asked.path != PATH:
        return None
    fields = asked.first("select", ",".join(KNOWN)).split(",")
    rows = [dict(zip(KNOWN, site, strict=True)) for site in SITES]
    return Reply(json.dumps([{f: row[f] for f in fields} for row in rows]).encode())
