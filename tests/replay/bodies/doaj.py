"""The directory's own CSV, which stands on another host than it is asked for at."""

from tests.replay.answering import CSV, Asked, Reply

HOSTS = ("doaj.org", "s3.eu-west-2.amazonaws.com")
STORED = "/doaj-data-cache/doaj_journalcsv_20261122_0635_utf8.csv"
BODY = (
    "Journal title,Journal URL,Country of publisher,APC,APC amount,Added on Date\n"
    '"Anais, da Academia",https://a.example,Brazil,No,,2024-04-23T21:31:00Z\n'
    "Portuguese Letters,https://b.example,Portugal,Yes,300 EUR,2025-01-05T10:00:00Z\n"
    "Cadernos,https://c.example,Portugal,No,,2025-11-20T10:00:00Z\n"
)


def reply(asked: Asked) -> Reply | None:
    if (asked.host, asked.path) == ("doaj.org", "/csv"):
        return Reply(b"", "text/html", 307, {"Location": f"https://s3.eu-west-2.amazonaws.com{STORED}"})
    stored = (asked.host, asked.path) == ("s3.eu-west-2.amazonaws.com", STORED)
    return Reply(b"\xef\xbb\xbf" + BODY.encode(), CSV) if stored else None
