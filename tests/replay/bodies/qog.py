"""Quality of Government Institute: the cross-section of an edition, one line per country; empty where not asked."""

from datetime import UTC, datetime

from tests.replay.answering import CSV, Asked, Reply

HOSTS = ("www.qogdata.pol.gu.se",)
EDITION = datetime.now(UTC).year
PATH = f"/data/qog_std_cs_jan{EDITION % 100:02}.csv"
TABLE = (
    "ccode,cname,ccode_qog,cname_qog,ccodealp,ccodecow,version,aid_cpnc,wef_uic\n"
    "620,Portugal,620,Portugal,PRT,235,QoGStdCSJan26,,4.25\n"
    "404,Kenya,404,Kenya,KEN,501,QoGStdCSJan26,1.5,3.75\n"
    "20,Andorra,20,Andorra,AND,232,QoGStdCSJan26,,\n"
)


def reply(asked: Asked) -> Reply | None:
    return Reply(TABLE.encode(), CSV) if asked.path == PATH else None
