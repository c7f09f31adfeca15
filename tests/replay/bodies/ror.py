"""The registry's dump at Zenodo: the number of all dumps leads to the newest record, whose archive has two tables."""

import io
import json
import zipfile

from tests.replay.answering import ZIP, Asked, Reply

HOSTS = ("zenodo.org",)
RECORD = "21458494"
DUMP = "v2.10-2026-07-20-ror-data.zip"
COLUMNS = "id,locations.geonames_details.country_code,names.types.ror_display,status,types"
ROWS = (
    "https://ror.org/01,PT,Universidade A,active,education; funder",
    "https://ror.org/02,PT,Empresa B,active,company",
    "https://ror.org/03,GR,Institute C,active,facility",
    "https://ror.org/04,NA,Museum D,active,archive",
    "https://ror.org/05,GR,University E,withdrawn,education",
    "https://ror.org/06,PT,Fund F,inactive,funder",
)


def reply(asked: Asked) -> Reply | None:
    if asked.path == "/api/records/6347574":
        return Reply(b"", "text/plain", 301, {"Location": f"https://zenodo.org/api/records/{RECORD}"})
    if asked.path == f"/api/records/{RECORD}":
        return Reply(json.dumps(_record()).encode())
    return Reply(_archive(), ZIP) if asked.path == f"/api/records/{RECORD}/files/{DUMP}/content" else None


def _record() -> dict:
    links = {"self": f"https://zenodo.org/api/records/{RECORD}/files/{DUMP}/content"}
    return {
        "id": int(RECORD),
        "conceptrecid": "6347574",
        "conceptdoi": "10.5281/zenodo.6347574",
        "metadata": {"publication_date": "2026-07-20", "version": "v2.10"},
        "files": [{"key": DUMP, "size": 1, "links": links}],
    }


def _archive() -> bytes:
    out, name = io.BytesIO(), DUMP.removesuffix(".zip")
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(f"{name}.json", "[]")
        archive.writestr(f"{name}.csv", "\n".join((COLUMNS, *ROWS)) + "\n")
    return out.getvalue()
