"""United Nations: the demographic indicators of a revision, packed; of later years there is none."""

import gzip
from datetime import UTC, datetime

from tests.replay.answering import Asked, Reply

HOSTS = ("population.un.org",)
REVISION = datetime.now(UTC).year - 2
FOLDER = "/wpp/assets/Excel%20Files/1_Indicator%20(Standard)/CSV_FILES/"
HEADER = (
    "SortOrder,LocID,Notes,ISO3_code,ISO2_code,SDMX_code,LocTypeID,LocTypeName,ParentID,Location,VarID,Variant,Time,"
    "TPopulation1Jan,TPopulation1July"
)
LINES = (
    f'1,900,,,,1,1,World,0,World,2,Medium,{REVISION - 1},"8050000.1",8091734.93',
    f'150,158,16,TWN,TW,158,4,Country/Area,931,"China, Taiwan Province of China",2,Medium,{REVISION - 2},23400,23317.145',
    f'150,158,16,TWN,TW,158,4,Country/Area,931,"China, Taiwan Province of China",2,Medium,{REVISION - 1},23300,23296.5',
    f'150,158,16,TWN,TW,158,4,Country/Area,931,"China, Taiwan Province of China",2,Medium,{REVISION},23200,23213.962',
    f"151,620,,PRT,PT,620,4,Country/Area,925,Portugal,2,Medium,{REVISION - 1},10430,10430.738",
    f"152,516,,NAM,NA,516,4,Country/Area,913,Namibia,2,Medium,{REVISION - 1},2960,",
)


def reply(asked: Asked) -> Reply | None:
    there = asked.path == f"{FOLDER}WPP{REVISION}_Demographic_Indicators_Medium.csv.gz"
    return Reply(gzip.compress(table(), mtime=0), "application/x-gzip") if there else None


def table() -> bytes:
    return ("\ufeff" + "\n".join((HEADER, *LINES)) + "\n").encode()
