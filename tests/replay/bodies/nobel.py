"""The Nobel Prize API 2.1: laureates by offset, with links to another host and nulls where nothing is known."""

import json

from tests.replay.answering import Asked, Reply

HOSTS = ("api.nobelprize.org",)


def _place(country: str) -> dict:
    return {"city": None, "country": {"en": country}, "countryNow": {"en": country}, "continent": None}


def _prize(category: str, year: str, *countries: str) -> dict:
    worked = [{"name": {"en": f"University {n}"}, **_place(c)} for n, c in enumerate(countries)]
    return {"awardYear": year, "category": {"en": category, "no": None}, "affiliations": worked, "residences": None}


LAUREATES = [
    {"id": "1", "fullName": {"en": "A"}, "birth": {"date": "1950-00-00", "place": _place("Portugal")},
     "nobelPrizes": [_prize("Chemistry", "2024", "Greece", "USA"), None]},
    {"id": "2", "fullName": None, "knownName": {"en": "B"}, "birth": {"date": None, "place": None},
     "nobelPrizes": [_prize("Physics", "2025", "USA")]},
    {"id": "3", "orgName": {"en": "C"}, "founded": None, "nobelPrizes": [_prize("Peace", "2025", "Norway")]},
    {"id": "4", "fullName": {"en": "D"}, "birth": {"place": _place("Kenya")},
     "nobelPrizes": [{**_prize("Economic Sciences", "2025"), "affiliations": None}]},
    {"id": "5", "fullName": {"en": "E"}, "birth": {"place": {"country": None, "countryNow": {"en": "Greece"}}},
     "nobelPrizes": [_prize("Literature", "2023", "Greece"), _prize("Physics", "2025", "USA", "USA")]},
]  # fmt: skip


def reply(asked: Asked) -> Reply | None:
    if asked.path != "/2.1/laureates" or asked.first("format") != "json":
        return None
    first, limit = int(asked.first("offset", "0")), int(asked.first("limit", "25"))
    said = {
        "laureates": LAUREATES[first : first + limit],
        "meta": {"offset": first, "limit": limit, "count": len(LAUREATES), "license": None},
        "links": {"next": "https://masterdataapi.nobelprize.org/2.1/laureates?offset=0", "self": None},
    }
    return Reply(json.dumps(said).encode())
