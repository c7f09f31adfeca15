"""The profile of an agency: every fault of its file is told at once, every part shows, and without a file nothing changes."""

import io
import json
import re
import struct
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from plotly.utils import PlotlyJSONEncoder
from pptx import Presentation

from scidip.app import create_context
from scidip.dashboard.answers import response_cache
from scidip.dashboard.core.page import site_title
from scidip.dashboard.embed import frames
from scidip.dashboard.files import expensive
from scidip.dashboard.files import routes as figure_files
from scidip.dashboard.files.chart_part import find
from scidip.dashboard.pages import terms
from scidip.dashboard.pages.compare import page as compare
from scidip.dashboard.pages.country import page as country
from scidip.dashboard.pages.network import page as network
from scidip.dashboard.pages.overview import page as overview
from scidip.dashboard.pages.pair import page as pair
from scidip.dashboard.server import branding
from scidip.dashboard.server.factory import create_app, render
from scidip.dashboard.widgets import components
from scidip.figures.maps import BOUNDARY_NOTE, GEODATA, boundary_note
from scidip.figures.theme import TOKENS
from scidip.findings import peers
from scidip.indicators.agency.agency_file import load_agency
from scidip.indicators.agency.colour import contrast
from scidip.indicators.agency.logo_check import logo_of
from scidip.indicators.agency.plain_text import Block, Link, blocks, refused_links
from scidip.indicators.agency.profile import NO_AGENCY, Agency, Words
from scidip.indicators.errors import AgencyError
from scidip.indicators.language.current import ENGLISH, Language, speaking
from scidip.publish.agency import read_agency
from scidip.publish.briefs.html import document
from scidip.publish.briefs.making import brief_of
from scidip.publish.briefs.origin import Asked
from scidip.publish.briefs.pdf import printed
from scidip.publish.briefs.slides.deck import slides
from scidip.publish.work import Work
from scidip.settings import Settings
from scidip.version import page_version
from tests.conftest import ROOT, run_cli
from tests.test_pages import make_context

EXAMPLE = ROOT / "deploy" / "agency.example.toml"
HELD = {"en": ENGLISH, "fr": Language("fr", "Français"), "ar": Language("ar", "العربية", direction="rtl")}
GROUNDS = {theme: {name: tokens[name] for name in ("paper", "card")} for theme, tokens in TOKENS.items()}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="#123456" d="M0 0h9v9z"/></svg>'
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 8, 8) + b"\0" * 9 + b"\0\0\0\0IEND\xaeB`\x82"


@pytest.fixture
def load(tmp_path, areas):
    def read(text: str, **files: bytes) -> Agency:
        for name, data in files.items():
            (tmp_path / name.replace("_", ".")).write_bytes(data)
        (tmp_path / "agency.toml").write_text(text, "utf-8")
        return load_agency(tmp_path / "agency.toml", areas, HELD, GROUNDS)

    return read


def faults(load, text: str, **files: bytes) -> list[str]:
    with pytest.raises(AgencyError) as told:
        load(text, **files)
    return list(told.value.faults)


def test_what_is_said_is_read(load) -> None:
    found = load(
        """
        name = { en = "Institute", fr = "Institut" }
        languages = ["fr", "en"]
        home = "PRT"
        peers = ["GRC", "IRL"]
        contact = "mailto:office@example.org"
        terms = "terms.md"
        accent = { light = "#1F4E8C", dark = "#7FB2F0" }
        logo = { light = "logo.svg", dark = "dark.png" }
        note = { text = { fr = "Noms." }, place = "instead" }
        """,
        terms_md=b"# Use\n\nFree.",
        logo_svg=SVG,
        dark_png=PNG,
    )
    assert (found.home, found.peers, found.languages) == ("PRT", ("GRC", "IRL"), ("fr", "en"))
    assert [logo.kind for logo in found.logo.values()] == ["svg", "png"] and found.note_is_instead
    assert found.terms_text == (Block("h1", (("Use",),)), Block("p", (("Free.",),)))
    assert list(found.offered(HELD)) == ["fr", "en"]
    with speaking(HELD["fr"]):
        assert found.name.said() == "Institut"
    with speaking(HELD["ar"]):
        assert (found.name.said(), found.note.said()) == ("Institut", "Noms."), "the usual language is the first"
    assert found.name.said() == "Institute"


ONE = 'name = "A"\n'
WRONG = [
    (ONE + 'hme = "PRT"', "hme = 'PRT': there is no such key; write 'home', or take it out"),
    ("", "name: missing: say what this copy is called"),
    ("name = 3", "name = 3: a text, or a table of language and text, is meant"),
    ('name = " "', "a text of 1 to 80 letters is meant, and this has 0"),
    (f'name = "{"x" * 81}"', "a text of 1 to 80 letters is meant, and this has 81"),
    ('name = "a\\u0007b"', "one line is meant, without control characters"),
    ('name = { fr = "A" }', "the text in the usual language is missing; add name.en"),
    ('name = { en = "A", frr = "B" }', "name.frr = 'B': this language is not offered; write 'fr', or take it out"),
    ('name = { en = "A", fr = 2 }', "name.fr = 2: a text is meant"),
    (ONE + 'languages = "en"', "languages = 'en': a list of codes of languages is meant"),
    (ONE + 'languages = ["en", "de"]', "languages = 'de': this language is not held; choose of en, fr, ar"),
    (ONE + "languages = []", "name one language at least"),
    (ONE + 'languages = ["fr", "fr"]', "it stands there twice"),
    (ONE + 'home = "Portugal"', "home = 'Portugal': there is no country of this code; write 'PRT'"),
    (ONE + 'home = "PT"', "write 'PRT'"),
    (ONE + 'home = "SUN"', "there is no country of this code"),
    (ONE + 'home = ["PRT"]', "home = ['PRT']: the code of a country in three letters is meant"),
    (ONE + 'peers = ["GRC", "GRX"]', "peers = 'GRX': there is no country of this code; write "),
    (ONE + 'peers = ["GRC", 7]', "peers = 7: a list of codes of countries in three letters is meant"),
    (ONE + 'home = "PRT"\npeers = ["PRT"]', "the home country is no peer of itself"),
    (ONE + f"peers = {['GRC'] * 2}", "it stands there twice"),
    (ONE + 'contact = "http://example.org"', "an address like https://example.org or mailto:"),
    (ONE + 'contact = "javascript:alert(1)"', "an address like https://example.org or mailto:"),
    (ONE + 'contact = "https://user:word@example.org"', "an address like https://example.org or mailto:"),
    (ONE + 'contact = "mailto:a@b.c?bcc=all@d.e"', "an address like https://example.org or mailto:"),
    (ONE + 'terms = "http://example.org"', "terms = 'http://example.org': an address like https://example.org/terms"),
    (ONE + 'terms = "mailto:a@example.org"', "an address like https://example.org/terms"),
    (ONE + 'terms = "terms.html"', "a file that ends in .md beside this one"),
    (ONE + 'terms = "none.md"', "terms = 'none.md': there is no such file"),
    (ONE + 'terms = "/etc/motd.md"', "a file in the folder of agency.toml is meant"),
    (ONE + 'terms = "../secret.md"', "a file in the folder of agency.toml is meant"),
    (ONE + 'accent = "#1F4E8C"', "accent = '#1F4E8C': a colour for each theme"),
    (ONE + 'accent = { light = "#1F4E8C" }', "accent.dark: missing: no one colour can be read on light and on dark"),
    (ONE + 'accent = { light = "blue", dark = "#7FB2F0" }', "accent.light = 'blue': a colour like #1F4E8C is meant"),
    (ONE + 'accent = { light = "#FFCC00", dark = "#7FB2F0" }', "its contrast on the light paper is 1.4"),
    (ONE + 'accent = { light = "#1F4E8C", dark = "#1F4E8C" }', "accent.dark = '#1F4E8C': its contrast on the dark"),
    (ONE + 'accent = { light = "#1F4E8C", dark = "#7FB2F0", drak = "" }', "accent.drak = '': there is no such key"),
    (ONE + 'logo = "none.svg"', "logo.light = 'none.svg': there is no such file"),
    (ONE + 'logo = "/etc/passwd"', "a file in the folder of agency.toml is meant"),
    (ONE + "logo = 1", "logo = 1: the name of a file, or one for each theme, is meant"),
    (ONE + 'logo = { dark = "dark.png" }', "logo.light: missing"),
    (ONE + 'note = "x"', "note = 'x': a table of text and place is meant"),
    (ONE + "note = {}", "note.text: missing"),
    (ONE + 'note = { text = "x", place = "before" }', "note.place = 'before': one of 'after', 'instead' is meant"),
    (ONE + "name = ", "not valid TOML: "),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_each_fault_is_told_in_a_sentence(load, text: str, sentence: str) -> None:
    found = faults(load, text, dark_png=PNG)
    assert len(found) == 1 and found[0].startswith("agency.toml: ") and sentence in found[0], found


def test_all_faults_are_told_at_once(load) -> None:
    found = faults(load, 'nmae = "A"\nhome = "XXX"\ncontact = "x"\nlanguages = ["xx"]')
    keys = [fault.split(": ")[1].split(" ")[0] for fault in found]
    assert keys == ["nmae", "name", "languages", "home", "contact"]


def test_a_long_value_is_not_repeated_whole(load) -> None:
    assert len(faults(load, f'{ONE}contact = "{"word " * 900}"')[0]) < 200


@pytest.mark.parametrize(
    ("inside", "sentence"),
    [
        ("<script>alert(1)</script>", "<script>, which runs, fetches or moves"),
        ("<foreignObject/>", "<foreignObject>"),
        ('<image href="https://example.org/a.png"/>', "<image>"),
        ('<a href="#x"><path d="M0 0"/></a>', "<a>"),
        ('<animate attributeName="href" to="x"/>', "<animate>"),
        ("<blink/>", "<blink>, which is not of a plain drawing"),
        ('<h:p xmlns:h="http://www.w3.org/1999/xhtml"/>', "<p> of another language"),
        ('<path onclick="go()"/>', "the attribute onclick, which runs a script"),
        ('<use href="https://example.org/a.svg#b"/>', "refers to 'https://example.org/a.svg#b', outside itself"),
        (
            '<use xmlns:x="http://www.w3.org/1999/xlink" x:href="data:image/svg+xml;base64,AA"/>',
            "refers to 'data:image/svg+xml;base64,AA', outside itself",
        ),
        ('<g xml:base="https://example.org/"/>', "outside itself"),
        ('<path fill="url(https://example.org/a)"/>', "outside itself in fill"),
        ('<path style="fill:u\\72l(//example.org)"/>', "outside itself in style"),
        ("<style>@import 'https://example.org/a.css';</style>", "the style of the SVG refers"),
        ("<style>a{background:URL( 'https://example.org/a')}</style>", "the style of the SVG refers"),
        ("<?xml-stylesheet href='a.css'?>", "an instruction <?xml-stylesheet?>"),
        ("<path>", "not well-formed"),
    ],
)
def test_a_drawing_that_runs_or_fetches_is_refused(load, inside: str, sentence: str) -> None:
    data = f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'.encode()
    found = faults(load, f'{ONE}logo = "logo.svg"', logo_svg=data)
    assert any(sentence in fault for fault in found), found


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("logo.svg", b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>', "a DOCTYPE"),
        ("logo.svg", b'<?xml version="1.0" encoding="UTF-16"?><svg/>', "not written in UTF-8"),
        ("logo.svg", b"<svg/>", "its root is not <svg> of SVG"),
        ("logo.svg", b"GIF89a", "neither SVG nor PNG"),
        ("logo.svg", SVG + b" " * 200_000, "larger than 200,000 bytes"),
        ("logo.png", PNG[:20], "cut off or damaged"),
        ("logo.png", PNG.replace(struct.pack(">I", 8), struct.pack(">I", 5000), 1), "5000 by 8 pixels"),
    ],
)
def test_a_file_that_is_no_logo_is_refused(load, name: str, data: bytes, sentence: str) -> None:
    found = faults(load, f'{ONE}logo = "{name}"', **{name.replace(".", "_"): data})
    assert len(found) == 1 and sentence in found[0], found


def test_a_drawing_of_a_drawing_program_is_taken(load) -> None:
    data = (
        b'<?xml version="1.0" encoding="UTF-8"?><!-- made --><svg xmlns="http://www.w3.org/2000/svg" '
        b'xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:export="C:\\\\a.png" '
        b'xmlns:x="http://www.w3.org/1999/xlink"><style>.a{fill:url(#b)}</style><i:view/>'
        b'<defs><linearGradient id="b"/></defs><use x:href="#b"/><path style="fill:url(\'#b\')"/></svg>'
    )
    assert load(f'{ONE}logo = "logo.svg"', logo_svg=data).logo["light"].data == data


def test_a_file_outside_the_folder_is_not_read_by_a_link(load, tmp_path) -> None:
    (tmp_path / "terms.md").symlink_to(ROOT / "README.md")
    assert "a file in the folder of agency.toml is meant" in faults(load, f'{ONE}terms = "terms.md"')[0]


def test_the_terms_hold_headings_paragraphs_lists_and_links_only() -> None:
    text = "# One\nTwo\nthree <b>x</b>\n\n- a [b](https://example.org/c) d\n  e\n- f\n1. g\n### Four ###\n[h](/i)"
    assert blocks(text) == (
        Block("h1", (("One",),)),
        Block("p", (("Two three <b>x</b>",),)),
        Block("ul", (("a ", Link("b", "https://example.org/c"), " d e"), ("f",))),
        Block("ol", (("g",),)),
        Block("h3", (("Four",),)),
        Block("p", ((Link("h", "/i"),),)),
    )
    bad = "[a](javascript:x)\n[b](//example.org) [c](http://example.org)\n[d](mailto:a@example.org)"
    assert list(refused_links(bad)) == [(1, "javascript:x"), (2, "//example.org"), (2, "http://example.org")]
    assert blocks("[a](javascript:x)") == (Block("p", (("[a](javascript:x)",),)),)


def test_a_link_of_the_terms_that_is_not_followed_is_a_fault(load) -> None:
    found = faults(load, f'{ONE}terms = "terms.md"', terms_md=b"Use\n\n[a](javascript:x)")
    assert found == [
        "agency.toml: terms = 'terms.md': line 3 links to 'javascript:x'; "
        "only https, mailto and paths of this site are followed"
    ]
    assert "the file is empty" in faults(load, f'{ONE}terms = "terms.md"', terms_md=b" \n")[0]
    assert "not UTF-8 from byte 1" in faults(load, f'{ONE}terms = "terms.md"', terms_md=b"a\xff")[0]


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21) and contrast("#777777", "#FFFFFF") < 4.5
    assert all(contrast(TOKENS[t]["accent"], ground) > 4.5 for t, own in GROUNDS.items() for ground in own.values())


def test_another_content_has_another_name(load) -> None:
    one, two = (load(f'{ONE}logo = "logo.svg"', logo_svg=data) for data in (SVG, SVG.replace(b"9", b"8")))
    assert one.digest != two.digest and one.named("x") != two.named("x") and NO_AGENCY.named("x") == "x"


def test_the_example_is_read(areas) -> None:
    agency, offered = read_agency(EXAMPLE, areas, ROOT / "data" / "languages")
    assert agency.name.said() and agency.home and agency.peers and agency.accent and agency.logo and agency.terms_text
    assert set(offered) == set(agency.languages) and agency.note.said() and agency.contact
    assert read_agency(None, areas, ROOT / "data" / "languages")[0] is NO_AGENCY
    worked = (ROOT / "docs" / "agency.md").read_text("utf-8")
    assert EXAMPLE.read_text("utf-8").strip() in worked, "the document shows the example"


def test_a_bad_file_stops_what_would_start(tmp_path) -> None:
    (tmp_path / "agency.toml").write_text('name = "A"\nacent = "#112233"\n')
    url = f"sqlite:///{tmp_path / 'none.sqlite'}"
    done = run_cli("serve", SCIDIP_AGENCY=str(tmp_path / "agency.toml"), SCIDIP_DATABASE_URL=url)
    assert done.returncode != 0 and "acent = '#112233': there is no such key; write 'accent'" in done.stderr
    assert "Traceback" not in done.stderr and not Path(tmp_path / "none.sqlite").exists(), "nothing is built"
    gone = run_cli("serve", SCIDIP_AGENCY=str(tmp_path / "no.toml"), SCIDIP_DATABASE_URL=url)
    assert re.search(r"no\.toml: SCIDIP_AGENCY = .*there is no such file", gone.stderr)


NOTE = "Names in Portugal follow the gazetteer."
FULL = Agency(
    name=Words({"en": "Institute & Sons", "fr": "Institut"}, "Institute & Sons"),
    languages=("fr", "en"),
    home="PRT",
    peers=("GRC", "IRL"),
    contact="mailto:office@example.org",
    terms_text=blocks("# Use\n\nFree <b>of</b> charge, see [here](https://example.org/a).\n\n- One"),
    accent={"light": "#7A1F3D", "dark": "#F2A0B8"},
    logo={"light": logo_of(SVG), "dark": logo_of(PNG)},
    note=Words({}, NOTE),
    digest="d" * 64,
)


@pytest.fixture(scope="module")
def context(built_url, catalogue, areas, sources):
    def made(agency: Agency = NO_AGENCY, **more):
        return make_context(built_url, catalogue, areas, sources, agency=agency, **more)

    return made


@pytest.fixture(scope="module")
def ctx(context):
    return context(FULL, languages=FULL.offered(HELD))


@pytest.fixture(scope="module")
def client(ctx):
    return create_app(ctx).server.test_client()


@pytest.fixture(scope="module")
def plain(context):
    return create_app(context()).server.test_client()


ENGLISH_PLEASE = {"Accept-Language": "en"}
SITE = "Science and Technology Diplomacy Observatory"


def layout(client, **headers: str) -> str:
    return json.dumps(client.get("/_dash-layout", headers=ENGLISH_PLEASE | headers).get_json(), ensure_ascii=False)


def page(ctx, module, **query: str) -> str:
    with current_app_of(ctx):
        return json.dumps(render(module, ctx, query), cls=PlotlyJSONEncoder, ensure_ascii=False)


def current_app_of(ctx):
    app = Flask("test")
    app.extensions["scidip"] = ctx
    return app.test_request_context("/")


def test_the_document_is_called_as_the_agency_says(client) -> None:
    text = client.get("/", headers=ENGLISH_PLEASE).text
    assert "<title>Institute &amp; Sons</title>" in text and SITE not in text
    assert 'property="og:site_name" content="Institute &amp; Sons"' in text
    assert "<title>Institut</title>" in client.get("/", headers={"Accept-Language": "fr"}).text
    assert client.get("/llms.txt").text.startswith("# Institute & Sons\n")
    assert client.get("/manifest.webmanifest").get_json()["name"] == "Institute & Sons"
    assert (
        site_title("Chile", FULL) == "Chile · Institute & Sons" and site_title("Chile", NO_AGENCY) == f"Chile · {SITE}"
    )


def test_the_accent_is_a_property_of_the_style_and_not_that_of_charts(client) -> None:
    text = client.get("/").text
    assert '<style>:root{--brand:#7A1F3D}:root[data-theme="dark"]{--brand:#F2A0B8}</style></head>' in text
    data = [".mirror.to-end::before", ".heat td[style]"]
    for path in (ROOT / "assets").glob("*.css"):
        lines = [line for line in path.read_text("utf-8").splitlines() if "var(--accent)" in line]
        assert all(any(d in line for d in [*data, "--at-mark", "--brand:"]) for line in lines), path.name


def test_header_and_footer_say_whose_copy_it_is(client, ctx) -> None:
    text = layout(client)
    for part in ('"Our country"', '"/country?area=PRT"', '"mailto:office@example.org"', '"/terms"', NOTE):
        assert part in text, part
    assert '"Institute & Sons"' in text and '"Diplomacy Observatory"' not in text and "legal status" in text
    assert f'"/agency/{FULL.logo["light"].name}"' in text and "on-dark" in text


def test_a_logo_is_sent_under_a_policy_that_lets_it_do_nothing(client, plain, context) -> None:
    for logo in FULL.logo.values():
        answer = client.get(f"/agency/{logo.name}")
        assert answer.data == logo.data and answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == branding.POLICY
    assert client.get("/agency/logo-0.svg").status_code == 404
    assert plain.get(f"/agency/{FULL.logo['light'].name}").status_code == 404
    mounted = create_app(context(FULL, site="https://example.org/obs", hosts=("localhost",))).server.test_client()
    assert f'"/obs/agency/{FULL.logo["light"].name}"' in layout(mounted)


def test_the_terms_are_a_page_where_there_is_a_text(client, plain, ctx) -> None:
    assert client.get("/terms").status_code == 200 and plain.get("/terms").status_code == 404
    text = page(ctx, terms)
    assert "Free <b>of</b> charge, see " in text and '"https://example.org/a"' in text and '"Li"' in text
    outside = replace(FULL, terms="https://example.org/terms", terms_text=())
    assert '"https://example.org/terms"' in json.dumps(
        [part.to_plotly_json() for part in branding.footer(SimpleNamespace(agency=outside))], cls=PlotlyJSONEncoder
    )


def test_the_note_stands_wherever_ours_does(ctx, client, plain) -> None:
    own = boundary_note(FULL)
    assert own.endswith(f" {NOTE}") and own.startswith(BOUNDARY_NOTE) and boundary_note(NO_AGENCY) == BOUNDARY_NOTE
    assert boundary_note(replace(FULL, note_is_instead=True)) == f"{GEODATA} {NOTE}"
    frame = client.get("/embed/overview?part=overview-map", headers=ENGLISH_PLEASE)
    assert frame.status_code == 200
    with current_app_of(ctx):
        shown = frames.framed(overview, ctx, {"part": "overview-map"}, render)
    told = json.dumps(shown.to_plotly_json(), cls=PlotlyJSONEncoder, ensure_ascii=False)
    assert NOTE in told and '"Institute & Sons"' in told
    with current_app_of(ctx):
        drawn = find(render(overview, ctx, {}), "overview-map", "light")
        assert f" {own} " in figure_files._source(ctx, drawn), "in the footer of the picture"
    table = client.get("/figure/overview.csv?part=table-1&view=table", headers=ENGLISH_PLEASE)
    assert table.status_code == 200 and f"# Names and boundaries: {NOTE}" in table.text
    assert "Names and boundaries" not in plain.get("/figure/overview.csv?part=table-1&view=table").text
    uses = [
        p.relative_to(ROOT).as_posix()
        for folder in ("dashboard", "findings", "publish", "figures")
        for p in (ROOT / folder).rglob("*.py")
        if "BOUNDARY_NOTE" in p.read_text("utf-8")
    ]
    assert uses == ["figures/maps.py"], "all others ask boundary_note, which knows the agency"


def test_a_briefing_says_who_made_it(ctx) -> None:
    brief = brief_of(Asked(ctx, ctx.years[-1], "https://example.org"), ["PRT"])
    text = document(brief, lambda _picture: None)
    assert "Institute &amp; Sons · Portugal: briefing" in text and NOTE in text
    assert '<meta name="author" content="Institute &amp; Sons (scidip)">' in text
    deck = Presentation(io.BytesIO(slides(brief, lambda _picture: None)))
    assert deck.core_properties.author == "Institute & Sons (scidip)"
    kickers = [s.text_frame.text for slide in deck.slides for s in slide.shapes if s.name == "Kicker"]
    assert kickers and all(k.startswith("Institute & Sons · ") for k in kickers)
    assert "Institute &amp; Sons · Portugal" in printed(brief)
    plain = replace(brief, publisher="")
    assert (plain.heading, plain.author) == (brief.kicker, "scidip")


def test_the_home_country_is_shown_where_none_is_asked(ctx, context) -> None:
    usual, alone = context(), context(replace(FULL, peers=()))
    assert compare.areas_of(ctx, compare.State()) == ["PRT", "GRC", "IRL"]
    first = compare.areas_of(usual, compare.State())
    assert compare.areas_of(alone, compare.State()) == ["PRT", *first][:3]
    assert compare.areas_of(ctx, compare.State(areas="FRA,DEU")) == ["FRA", "DEU"]
    assert "beside its peers" in page(ctx, compare) and "the first of the ranking are shown" in page(usual, compare)
    assert "beside the first of the ranking" in page(alone, compare)
    assert '"value": "PRT"' in page(ctx, pair) and components._area_options(ctx)[0]["value"] == "PRT"
    assert components._area_options(usual)[0]["value"] == "AFG"


def test_the_network_is_that_of_the_home_country_and_the_world_can_be_asked(ctx, context) -> None:
    for asked, shown, written in (("", "PRT", ""), ("world", "", "?area=world"), ("FRA", "FRA", "?area=FRA")):
        state, refused = network.State.from_query({"area": asked} if asked else {}, network.allowed(ctx))
        view = network.view_of(ctx, state)
        found = network.around(view, state)
        assert refused == [] and found.area == shown and network.address(view, found)["query"] == written
    assert network.State.from_query({"area": "world"}, network.allowed(context()))[1], "unknown without a home country"
    asean = network.State(group="ASEAN")
    assert network.around(network.view_of(ctx, asean), asean).area == "", "not where it takes no part"
    assert "Portugal and its" in page(ctx, network) and "best-connected" in page(ctx, network, area="world")


def test_the_peers_are_a_rule_beside_the_others(ctx, context) -> None:
    assert "agency" not in peers.offered(context()) and list(peers.offered(context())) == list(peers.RULES)
    assert peers.offered(ctx)["agency"] == "Peers of Portugal"
    assert peers.offered(context(replace(FULL, home="")))["agency"] == "Peers of Institute & Sons"
    year = ctx.years[-1]
    assert peers.peers(ctx, "PRT", year, "agency") == (
        frozenset({"GRC", "IRL"}),
        "the 2 countries that Institute & Sons names",
    )
    assert peers.peers(ctx, "GRC", year, "agency")[0] == {"IRL"}
    assert "agency" in country.allowed(ctx)["peers"] and "agency" not in country.allowed(context())["peers"]


def test_languages_are_those_offered_and_the_first_is_usual(client) -> None:
    heard = {
        asked: client.get("/", headers={"Accept-Language": asked}).headers["Content-Language"]
        for asked in ("ar", "en", "fr")
    }
    assert heard == {"ar": "fr", "en": "en", "fr": "fr"}
    assert client.get("/?lang=ar").headers["Content-Language"] == "fr"
    assert client.get("/llms.txt").headers["Content-Language"] == "en"


def test_an_answer_is_kept_under_the_name_of_the_file(built_url, tmp_path) -> None:
    given = {"SCIDIP_DATABASE_URL": built_url}
    (tmp_path / "agency.toml").write_text('name = "A"')
    usual = create_context(Settings.from_env(given))
    one = create_context(Settings.from_env(given | {"SCIDIP_AGENCY": str(tmp_path / "agency.toml")}))
    (tmp_path / "agency.toml").write_text('name = "B"')
    two = create_context(Settings.from_env(given | {"SCIDIP_AGENCY": str(tmp_path / "agency.toml")}))
    assert usual.code == page_version() and usual.agency is NO_AGENCY
    keys = set()
    for ctx in (usual, one, two):
        with current_app_of(ctx):
            keys |= {response_cache._key(ctx, ()), expensive.key_of(ctx, Work("a", ("b",), "c", "d", list))}
    assert len(keys) == 6


def test_without_a_file_nothing_is_said(plain) -> None:
    text, around = plain.get("/", headers=ENGLISH_PLEASE).text, layout(plain)
    assert f"<title>{SITE}</title>" in text and "--brand" not in text
    assert not any(word in around for word in ("Our country", "home-link", "/terms", "agency", '"Contact"'))
    assert BOUNDARY_NOTE in around and '"Diplomacy Observatory"' in around
    assert "/terms" not in plain.get("/llms.txt").text + plain.get("/sitemap.xml").text


def test_with_a_name_alone_only_the_name_is_other(plain, context) -> None:
    named = create_app(context(Agency(name=Words({}, "Institute")))).server.test_client()
    for path in ("/", "/country?area=PRT", "/compare", "/network", "/pair", "/glossary"):
        one, two = (re.sub(r'"end_id":"[^"]+"', "", c.get(path, headers=ENGLISH_PLEASE).text) for c in (plain, named))
        assert one.replace(SITE, "Institute") == two, path
    one, two = layout(plain), layout(named)
    assert '"Science and Technology "' in one and '"Institute"' in two and len(one) > len(two)
