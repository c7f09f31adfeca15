"""The portal's archive of Horizon 2020: semicolons, quotation marks, and tables beside those that are read."""

import io
import zipfile

from tests.replay.answering import ZIP, Asked, Reply

HOSTS = ("cordis.europa.eu",)
ORGANISATIONS = (
    '"projectID";"rcn";"name";"country";"role";"ecContribution";"contentUpdateDate"',
    '"11";"900";"Univ ; A";"EL";"coordinator";"100000,5";"2026-10-02 10:00:00"',
    '"11";"901";"Univ B";"PT";"participant";"5000";"2026-10-05 10:00:00"',
    '"11";"902";"Firm C";"PT";"thirdParty";"";"2026-10-05 10:00:00"',
    '"12";"900";"Univ ; A";"EL";"participant";"0";"2026-10-05 10:00:00"',
    '"12";"903";"Lab D";"UK";"coordinator";"70";"2026-10-05 10:00:00"',
)
PROJECTS = ('"id";"acronym";"startDate"', '"11";"ONE";"2019-01-01"', '"12";"TWO";"2020-05-01"')


def reply(asked: Asked) -> Reply | None:
    return Reply(_archive(), ZIP) if asked.path == "/data/cordis-h2020projects-csv.zip" else None


def _archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("csv/organization.csv", "\n".join(ORGANISATIONS) + "\n")
        archive.writestr("csv/project.csv", "\n".join(PROJECTS) + "\n")
        archive.writestr("csv/topics.csv", '"projectID";"topic"\n"11";"X"\n')
    return out.getvalue()
