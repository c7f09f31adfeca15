"""Large answers, which a service makes into a file: asked again within bounds, at its own host. Figures invented.

The envelopes have the form that three readers of Eurostat recorded in 2026, the footer that of its former service.
"""

import gzip
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from scidip.etl.network import promises
from scidip.etl.network.client import HttpClient
from scidip.etl.network.memory import AnswerMemory
from scidip.etl.network.promises import LONGEST, TRIES
from scidip.etl.network.snapshots import Snapshot, SnapshotStore
from scidip.etl.reading.services.eurostat import promised
from scidip.etl.source import Source
from scidip.etl.sources import eurostat_patents, eurostat_rd, eurostat_students
from scidip.indicators.errors import SourceError, SourceRefused, SourceUnavailable
from tests.replay.answering import CSV, ZIP, Asked, Reply
from tests.replay.bodies import eurostat_patents as patents_body
from tests.replay.bodies import eurostat_rd as body
from tests.replay.bodies import eurostat_students as students_body
from tests.replay.faults import CUT, DRIP, ENDLESS, FAULTS, NOT_MODIFIED
from tests.replay.server import Replay, replay

KEY = "e3d39a1b-27eb-4ce4-936d-8f95b23bf74f"
STATUS = f"/eurostat/api/dissemination/1.0/async/status/{KEY}"
FILE = f"/eurostat/api/dissemination/1.0/async/data/{KEY}"
XML = "application/xml"
TABLES: Mapping[str, tuple[Source, bytes]] = {
    "eurostat_rd": (eurostat_rd.SOURCE, body.table()),
    "eurostat_patents": (eurostat_patents.SOURCE, patents_body.table()),
    "eurostat_students": (eurostat_students.SOURCE, students_body.table()),
}
LAYOUTS = {patents_body.LAYOUT: patents_body.layout(), students_body.LAYOUT: students_body.layout()}


def envelope(inside: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/">'
        f"<env:Header/><env:Body>{inside}</env:Body></env:Envelope>"
    ).encode()


def queued(status: str = "SUBMITTED", key: str = KEY) -> Reply:
    inside = f"<processingTime>92</processingTime><queued><id>{key}</id><status>{status}</status></queued>"
    space = "http://estat.ec.europa.eu/disschain/soap/extraction"
    return Reply(envelope(f'<ns0:syncResponse xmlns:ns0="{space}">{inside}</ns0:syncResponse>'), XML)


def standing(status: str) -> Reply:
    outer, inner = (f"http://estat.ec.europa.eu/disschain/{name}" for name in ("soap/asynchronous", "asynchronous"))
    inside = f'<ns1:status xmlns:ns1="{inner}">{status}</ns1:status>'
    return Reply(envelope(f'<ns0:asyncResponse xmlns:ns0="{outer}">{inside}</ns0:asyncResponse>'), XML)


def footer(address: str) -> Reply:
    told = f"<c:Text>Due to the large query the response will be written to a file</c:Text><c:Text>{address}</c:Text>"
    return Reply(
        f'<m:GenericData xmlns:m="m" xmlns:f="f" xmlns:c="c"><f:Footer><f:Message code="413">{told}'
        "</f:Message></f:Footer></m:GenericData>".encode(),
        XML,
    )


def zipped(text: bytes = b"", name: str = "data.csv") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text or body.table())
    return out.getvalue()


class Late:
    """A service that promises its answer: what it says of it, in order (the last for ever), and then the file."""

    def __init__(self, *said: Reply, file: Reply, first: Reply | None = None) -> None:
        self.said, self.file, self.first = list(said), file, first or queued()

    def __call__(self, asked: Asked) -> Reply | None:
        if asked.path in LAYOUTS:
            return Reply(LAYOUTS[asked.path], XML)
        if "/sdmx/2.1/data/" in asked.path:
            return self.first
        if asked.path == STATUS and self.said:
            return self.said.pop(0) if len(self.said) > 1 else self.said[0]
        return self.file if asked.path == FILE else None


class Waiting:
    """A client of a service that is late, the seconds that it slept, and what was asked."""

    def __init__(self, server: Replay, memory: AnswerMemory | None) -> None:
        self.slept: list[float] = []
        self.server = server
        self.http = HttpClient(
            mirror=server.address, attempts=2, sleep=self.slept.append, timeout=2.0, memory=memory, pause=0.0
        )

    def fetched(self, source: Source = eurostat_rd.SOURCE) -> list[Snapshot]:
        return [answer for answer in source.fetch([], self.http) if isinstance(answer, Snapshot)]

    @property
    def paths(self) -> list[str]:
        return [asked.path for asked in self.server.asked]


@pytest.fixture
def late(tmp_path: Path) -> Iterator[Callable[..., Waiting]]:
    """Return what makes a client of a late service."""
    opened: list[Waiting] = []
    servers = []

    def make(service: Callable[[Asked], Reply | None], *, remembers: bool = False) -> Waiting:
        context = replay({"ec.europa.eu": [service]})
        servers.append(context)
        store = SnapshotStore(tmp_path / "kept")
        memory = AnswerMemory(tmp_path / "asked", store, fresh_for=3600) if remembers else None
        opened.append(Waiting(context.__enter__(), memory))
        return opened[-1]

    yield make
    for one in opened:
        one.http.close()
    for context in servers:
        context.__exit__(None, None, None)


READY = standing("AVAILABLE")
PACKED = {
    "plain": Reply(body.table(), CSV),
    "gzip": Reply(gzip.compress(body.table()), "application/gzip"),
    "zip": Reply(zipped(), ZIP),
}


@pytest.mark.parametrize("packed", PACKED)
def test_a_file_that_is_ready_after_two_questions_is_read(packed: str, late: Callable[..., Waiting]) -> None:
    found = late(Late(standing("PROCESSING"), READY, file=PACKED[packed]))
    (answer,) = found.fetched()
    figures = eurostat_rd.SOURCE.parse([answer], [eurostat_rd.SERIES])
    assert len(figures) == 8 and answer.url.endswith("/rd_e_gerdtot/A.TOTAL.PC_GDP.?format=SDMX-CSV&compressed=false")
    assert found.paths == [body.PATH, STATUS, STATUS, FILE]
    assert found.slept == [2.0, 5.0], "a pause before each question about the file, and none before the file"


@pytest.mark.parametrize("source_id", TABLES)
def test_every_job_of_eurostat_waits(source_id: str, late: Callable[..., Waiting]) -> None:
    source, table = TABLES[source_id]
    (answer,) = late(Late(READY, file=Reply(table, CSV))).fetched(source)
    assert answer.content == table and source.vintage(answer).startswith("2026-")


def test_a_file_that_is_never_ready_is_one_sentence_within_the_bounds(late: Callable[..., Waiting]) -> None:
    found = late(Late(standing("PROCESSING"), file=PACKED["plain"]))
    with pytest.raises(
        SourceUnavailable, match=r"was not ready after \d+ questions in \d+ seconds; run the job"
    ) as caught:
        found.fetched()
    assert not isinstance(caught.value, SourceRefused) and "\n" not in str(caught.value)
    assert len(found.paths) <= 1 + TRIES and sum(found.slept) <= LONGEST
    assert sum(found.slept) > LONGEST / 2, "it is waited for, not only asked for"


def test_slow_questions_end_it_before_their_number_does(
    late: Callable[..., Waiting], monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter(range(0, 100_000, 150))
    monkeypatch.setattr(promises, "monotonic", lambda: float(next(moments)))
    found = late(Late(standing("PROCESSING"), file=PACKED["plain"]))
    with pytest.raises(SourceUnavailable, match="was not ready after 3 questions"):
        found.fetched()


def test_the_questions_are_counted_where_the_service_says_ready_and_is_not(late: Callable[..., Waiting]) -> None:
    found = late(Late(READY, file=queued("PROCESSING")))
    with pytest.raises(SourceUnavailable, match=f"was not ready after {TRIES} questions"):
        found.fetched()
    assert len(found.paths) == 1 + TRIES


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://stranger.example/file.zip", r"promises its answer at 'https://stranger\.example/file\.zip'"),
        ("https://ec.europa.eu@stranger.example/file.zip", "which is not known; see in a browser"),
        ("https://ec.europa.eu:8443/file.zip", "which is not known"),
        ("http://169.254.169.254/file.zip", "which is not known"),
    ],
)
def test_another_host_is_not_asked(address: str, told: str, late: Callable[..., Waiting]) -> None:
    found = late(Late(file=PACKED["plain"], first=footer(address)))
    with pytest.raises(SourceRefused, match=told):
        found.fetched()
    assert found.paths == [body.PATH]


def test_a_redirect_of_the_file_to_another_host_is_refused(late: Callable[..., Waiting]) -> None:
    away = Reply(b"", status=302, headers={"Location": "https://stranger.example/file"})
    with pytest.raises(SourceRefused, match=r"redirects to https://stranger\.example"):
        late(Late(READY, file=away)).fetched()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_file_of_the_former_service_is_not_there_at_first(scheme: str, late: Callable[..., Waiting]) -> None:
    path = "/eurostat/SDMX/diss-web/file/7JUdWyAy4fmjBSWT"
    answers = iter([None, None, Reply(zipped(), ZIP)])

    def service(asked: Asked) -> Reply | None:
        return footer(f"{scheme}://ec.europa.eu{path}") if asked.path == body.PATH else next(answers)

    found = late(service)
    assert len(found.fetched()) == 1 and found.paths == [body.PATH, *[path] * 3]


@pytest.mark.parametrize("status", [200, 202, 413])
def test_the_promise_is_read_whatever_the_status(status: int, late: Callable[..., Waiting]) -> None:
    first = Reply(queued().body, XML, status)
    assert len(late(Late(READY, file=PACKED["plain"], first=first)).fetched()) == 1


def test_more_than_is_ever_made_is_told(late: Callable[..., Waiting]) -> None:
    fault = b"""<S:Fault xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><faultcode>413</faultcode><faultstring>
    EXTRACTION_TOO_BIG: The requested extraction is too big, estimated 420709314 rows</faultstring></S:Fault>"""
    for status in (200, 413):
        found = late(Late(file=PACKED["plain"], first=Reply(fault, XML, status)))
        with pytest.raises(
            SourceRefused, match="answered no data: the service says: EXTRACTION_TOO_BIG: The requested"
        ):
            found.fetched()
        assert found.paths == [body.PATH]


def test_another_body_with_413_is_no_data(late: Callable[..., Waiting]) -> None:
    for first in (Reply(body.table(), CSV, 413), Reply(b"<a/>", XML, 413)):
        with pytest.raises(SourceRefused, match="answered 413; check the address"):
            late(Late(file=PACKED["plain"], first=first)).fetched()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("EXPIRED", "the file that it made is gone again; ask again later"),
        ("UNKNOWN_REQUEST", "the service says UNKNOWN_REQUEST of its file"),
        ("x" * 500, f"says {'x' * 80} of its file"),
    ],
)
def test_a_file_that_will_not_come_is_told(said: str, told: str, late: Callable[..., Waiting]) -> None:
    found = late(Late(standing("PROCESSING"), standing(said), file=PACKED["plain"]))
    with pytest.raises(SourceRefused, match=told):
        found.fetched()
    assert found.paths == [body.PATH, STATUS, STATUS]


@pytest.mark.parametrize("key", ["", "../../../elsewhere", "a b", "a?x=1", "x" * 65])
def test_an_id_that_is_none_is_not_put_into_an_address(key: str, late: Callable[..., Waiting]) -> None:
    with pytest.raises(SourceRefused, match="promises a file without naming it"):
        late(Late(READY, file=PACKED["plain"], first=queued(key=key))).fetched()


CUT_SHORT = {
    "zip": (Reply(zipped()[:-40], ZIP), "the archive is damaged or cut short"),
    "gzip": (Reply(gzip.compress(body.table())[:-40], ZIP), "the file is damaged or cut short"),
    "no table": (Reply(zipped(b"<a/>", "data.xml"), ZIP), "it is XML without figures"),
    "other text": (Reply(zipped(b"a,b\n1,2\n"), ZIP), "the file holds no SDMX-CSV"),
    "two tables": (Reply(zipped(b"x", "data.txt") + b"", ZIP), "the file holds no SDMX-CSV"),
    "nothing": (Reply(b"", ZIP), "answered nothing"),
}


@pytest.mark.parametrize("fault", CUT_SHORT)
def test_a_file_that_is_damaged_is_told_and_not_kept(fault: str, late: Callable[..., Waiting]) -> None:
    file, told = CUT_SHORT[fault]
    service = Late(READY, file=file)
    found = late(service, remembers=True)
    with pytest.raises(SourceRefused, match=told) as caught:
        found.fetched()
    assert str(caught.value).startswith("eurostat_rd: https://ec.europa.eu/") and "\n" not in str(caught.value)
    service.file = PACKED["zip"]
    assert len(found.fetched()) == 1, "the damaged file was not remembered"


@pytest.mark.parametrize("fault", [*FAULTS, CUT, NOT_MODIFIED])
@pytest.mark.parametrize("after", [1, 2])
def test_every_fault_after_a_promise_is_one_sentence(fault: str, after: int, late: Callable[..., Waiting]) -> None:
    """The fault begins with the question about the file, or with the file itself."""
    found = late(Late(READY, file=PACKED["plain"]))
    ask = found.server.good

    def good(asked: Asked) -> Reply:
        if len(found.server.asked) == after:
            found.server.faults["*"] = fault
        return ask(asked)

    found.server.good = good  # type: ignore[method-assign]
    with pytest.raises(SourceError) as caught:
        for answer in found.fetched():
            eurostat_rd.SOURCE.parse([answer], [eurostat_rd.SERIES])
    assert str(caught.value).startswith("eurostat_rd: ") and "\n" not in str(caught.value)
    assert len(found.paths) <= 1 + TRIES


def test_a_file_that_drips_ends_with_the_time_of_an_answer(
    late: Callable[..., Waiting], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = late(Late(READY, file=PACKED["plain"]))
    monkeypatch.setattr("scidip.etl.network.client.PATIENCE", 0.1)
    ask = found.server.good

    def good(asked: Asked) -> Reply:
        if asked.path == STATUS:
            found.server.faults["*"] = DRIP
        return ask(asked)

    found.server.good = good  # type: ignore[method-assign]
    found.server.faults["*"] = ENDLESS
    with pytest.raises(SourceUnavailable, match="was not read whole within"):
        found.fetched()


def test_a_file_that_came_later_is_remembered_as_the_answer_to_what_was_asked(late: Callable[..., Waiting]) -> None:
    found = late(Late(READY, file=PACKED["zip"]), remembers=True)
    first, second = found.fetched(), found.fetched()
    assert first == second and len(found.paths) == 3


def test_the_marks_of_an_older_answer_are_not_sent_to_the_file(late: Callable[..., Waiting], tmp_path: Path) -> None:
    service = Late(READY, file=PACKED["plain"], first=PACKED["plain"])
    found = late(service, remembers=True)
    found.http._memory = AnswerMemory(tmp_path / "asked", SnapshotStore(tmp_path / "kept"))
    found.fetched()
    service.first = queued()
    assert len(found.fetched()) == 1
    assert "if-none-match" in found.server.asked[1].headers
    assert all("if-none-match" not in asked.headers for asked in found.server.asked[2:])


def test_data_and_other_messages_are_no_promise() -> None:
    for other in (body.table(), b"", b"<a/>", b"<a>", envelope(""), queued().body.replace(b"Envelope", b"Other")):
        assert promised(body.PATH, other) is None
