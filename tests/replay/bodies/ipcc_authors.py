"""Carbon Brief's table of the authors of the Sixth Assessment."""

from tests.replay.answering import CSV, Asked, Reply

HOSTS = ("raw.githubusercontent.com",)
BODY = b"country,count,continent\nUS,74,North America\nUK,45,Europe\nTonga,1,Africa\nSouth Korea,11,Asia\n"


def reply(asked: Asked) -> Reply | None:
    return Reply(BODY, CSV) if asked.path == "/carbonbrief/ipcc-authors/HEAD/data/All.csv" else None
