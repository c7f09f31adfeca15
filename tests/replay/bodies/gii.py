"""WIPO: the table behind its page of ranks, scores with a decimal comma; one economy is not ranked."""

from datetime import UTC, datetime

from tests.replay.answering import CSV, Asked, Reply

HOSTS = ("www.wipo.int",)
EDITION = datetime.now(UTC).year - 1
TABLE = (
    "economy_name,iso3,rank,score,giiyr,income\n"
    f'Portugal,PRT,31,"45,5",{EDITION},High income\n'
    f'"Netherlands (Kingdom of the)",NLD,8,"58,84",{EDITION},High income\n'
    f"Kenya,KEN,102,25,{EDITION},Lower middle-income\n"
    '"Venezuela, Bolivarian Republic of",VEN,136,"12,25",NA,n/a\n'
    f"Fiji,FJI,NA,NA,{EDITION},n/a\n"
)


def reply(asked: Asked) -> Reply | None:
    there = asked.path == f"/gii-ranking/data/bc_results_gii_{EDITION}.csv"
    return Reply(TABLE.encode(), CSV) if there else None
