"""Languages: complete, chosen by the address, spoken in names, numbers and reasons."""

import threading
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from scidip import app
from scidip.dashboard.server.factory import create_app
from scidip.figures.text import numbers, sentences
from scidip.findings.session import spoken as spoken_frame
from scidip.indicators.errors import CatalogueError
from scidip.indicators.language.current import ENGLISH, _, area_name, current, ngettext, sorting, speaking
from scidip.indicators.language.po_files import load_language, load_languages, read_all
from scidip.indicators.model import not_ranked_reasons
from scidip.indicators.model.catalogue_translated import in_words
from scidip.indicators.model.not_ranked_reasons import Known, Reason
from scidip.indicators.vocabulary import NotRanked
from scidip.publish.reports import translation_template
from scidip.store.database.engine import open_engine
from tests.test_pages import make_context

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "data" / "languages"
FILES = sorted(FOLDER.glob("*.po"))


@pytest.fixture(scope="session")
def found(catalogue, areas) -> Catalog:
    return translation_template.template(ROOT, catalogue, areas)


def write(path: Path, **words: str) -> Path:
    """A language file of a few invented messages."""
    own = Catalog(locale=path.stem.replace("-", "_"))
    for english, said in words.items():
        own.add(english.replace("_", " "), said)
    with path.open("wb") as file:
        write_po(file, own)
    return path


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_language_is_complete_and_names_the_same_fields(path, found) -> None:
    with path.open("rb") as file:
        known = read_po(file, locale=path.stem.replace("-", "_"))
    asked = {m.id for m in found if m.id}
    assert {m.id for m in known if m.id} == asked, "run `scidip docs`, then translate what is new"
    assert translation_template.wanting(known) == {}


def test_a_message_of_code_and_one_of_the_catalogue_are_found(found) -> None:
    assert found.get("Language: {name}")
    assert found.get("Researchers") is None or found.get("Researchers").locations
    assert any(m.locations[0][0].startswith("indicator ") for m in found if m.id)


def test_a_missing_translation_and_a_wrong_field_are_told(found, tmp_path) -> None:
    path = write(tmp_path / "de.po", Language="Sprache")
    known = translation_template.updated(path, found)
    lacking = translation_template.wanting(known)
    assert lacking["Language: {name}"] == "not translated"
    known["Language: {name}"].string = "Sprache: {nom}"
    assert "other fields" in translation_template.wanting(known)["Language: {name}"]


def test_a_language_speaks_inside_its_block_only_and_in_its_thread_only(tmp_path) -> None:
    german = load_language(write(tmp_path / "de.po", Index="Gesamtwert"))
    heard = []
    with speaking(german):
        assert _("Index") == "Gesamtwert"
        assert _("not in the file") == "not in the file"
        assert area_name("DEU", "Germany") == "Deutschland"
        assert (german.decimal, german.group) == (",", ".")
        other = threading.Thread(target=lambda: heard.append(_("Index")))
        other.start()
        other.join()
    assert heard == ["Index"]
    assert current() is ENGLISH
    assert ngettext("one", "many", 2) == "many"


def test_french_opens_with_its_own_ordinals_and_separators() -> None:
    row = pd.Series({"rank": 1.0, "rank_p05": 1.0, "rank_p95": 4.0, "reason": ""})
    together = pd.DataFrame(
        {
            "ref_area": ["CHE", "SWE"],
            "name": ["Suisse", "Suède"],
            "rank": [1.0, 2.0],
            "rank_p05": [1.0, 1.0],
            "rank_p95": [2.0, 3.0],
        }
    )
    with speaking(load_language(FOLDER / "fr.po")):
        led = sentences.leaders(together, 2023, sentences.on(sentences.factor_title("National")))
        stands = sentences.standing("Suisse", row, 2023, 167)
        words = [numbers.ordinal(43), numbers.value(1234.0, "students"), numbers.fixed(1234.5)]
        many = [ngettext("{n} year", "{n} years", n) for n in (0, 1, 2)]
        joined = _("; ").join("ab")
    assert led == (
        "En tête pour le facteur national en 2023\u00a0: Suisse et Suède\u202f; leur ordre n’est pas certain."
    )
    assert stands.startswith("Suisse\u00a0: 1er sur 167 en 2023\u202f; entre le 1er et le 4e rang dans")
    assert words == ["43e", "1\u202f234 étudiants", "1\u202f234,5"]
    assert many == ["{n} an", "{n} an", "{n} ans"]
    assert joined == "a\u202f; b"


def test_names_are_sorted_without_their_accents() -> None:
    assert sorted(["Zambie", "Égypte", "Italie", "Îles Cook"], key=sorting) == [
        "Égypte",
        "Îles Cook",
        "Italie",
        "Zambie",
    ]


def test_a_file_that_is_no_language_is_told(tmp_path) -> None:
    (tmp_path / "nosuchtongue1.po").write_text('msgid ""\nmsgstr ""\n')
    with pytest.raises(CatalogueError, match="not named by a language"):
        load_languages(tmp_path)


def test_messages_are_read_when_they_are_spoken_and_a_server_reads_all_before_it_starts(tmp_path, monkeypatch) -> None:
    write(tmp_path / "de.po", Index="Gesamtwert")
    (tmp_path / "fr.po").write_text("nonsense\n")
    known = load_languages(tmp_path)
    assert known["de"].messages.gettext("Index") == "Gesamtwert" and known["de"].count == 1
    assert known["de"].area_names["DEU"] == "Deutschland" and len(known["de"].area_names) > 200
    with pytest.raises(CatalogueError, match=r"fr\.po: not a file of messages"):
        known["fr"].messages.gettext("Index")
    with pytest.raises(CatalogueError, match=r"fr\.po: not a file of messages"):
        read_all(known.values())
    monkeypatch.setattr(app, "create_context", lambda _: SimpleNamespace(languages=known))
    with pytest.raises(CatalogueError, match=r"fr\.po: not a file of messages"):
        app._Server.load(SimpleNamespace(settings=None))


def test_names_and_reasons_are_spoken_and_the_rest_is_left(tmp_path, catalogue) -> None:
    german = load_language(write(tmp_path / "de.po", National="Nationaler Faktor"))
    few = Reason(NotRanked.FEW_FIGURES, factors=(Known("national", 3, 9),))
    frame = pd.DataFrame(
        {
            "ref_area": ["DEU", "XKX"],
            "name": ["Germany", "Kosovo"],
            "region": ["Europe", "Europe"],
            "reason_code": [few.code, ""],
            "reason_params": [few.params, ""],
        }
    )
    with speaking(german):
        framework = in_words(catalogue, _).framework
        spoken = spoken_frame(frame, framework)
    assert spoken["name"].tolist() == ["Deutschland", "Kosovo"]
    assert spoken["region"].tolist() == ["Europe", "Europe"]
    assert spoken["reason"].tolist() == ["Too few figures: Nationaler Faktor (3 of 9 figures)", ""]
    assert frame["name"].iloc[0] == "Germany"
    small = Reason(NotRanked.SMALL_POPULATION, min_population=500_000)
    with speaking(german):
        assert not_ranked_reasons.spoken(small, framework).startswith("Fewer than 500.000 people")


def test_the_address_chooses_the_language_and_the_visit_keeps_it(tmp_path, catalogue, areas, sources) -> None:
    write(tmp_path / "de.po", Index="Gesamtwert")
    write(tmp_path / "ar.po", Index="x")
    url = f"sqlite:///{tmp_path / 'own.sqlite'}"
    open_engine(url, create=True).dispose()
    ctx = make_context(url, catalogue, areas, sources, languages=load_languages(tmp_path))
    client = create_app(ctx).server.test_client()
    assert '<html lang="en" dir="ltr"' in client.get("/").text
    assert '<html lang="de" dir="ltr"' in client.get("/", headers={"Accept-Language": "de"}).text
    assert '<html lang="ar" dir="rtl"' in client.get("/?lang=ar").text
    assert '<html lang="ar" dir="rtl"' in client.get("/ranking").text, "the visit keeps it"
    assert '<html lang="en"' in client.get("/?lang=en").text
    assert '<html lang="en"' in client.get("/?lang=xx").text


@pytest.mark.parametrize(
    "path", ["/?lang=fr", "/ranking?lang=fr", "/nowhere?lang=fr", "/_dash-update-component?lang=fr"]
)
def test_a_thread_speaks_after_an_answer_as_it_did_before(app_of_two_languages, path) -> None:
    client, german = app_of_two_languages
    client.get(path)
    assert current() is ENGLISH
    with speaking(german):
        client.get(path)
        assert current() is german


@pytest.fixture
def app_of_two_languages(tmp_path, catalogue, areas, sources):
    write(tmp_path / "de.po", Index="Gesamtwert")
    write(tmp_path / "fr.po", Index="Indice")
    languages = load_languages(tmp_path)
    url = f"sqlite:///{tmp_path / 'own.sqlite'}"
    open_engine(url, create=True).dispose()
    ctx = make_context(url, catalogue, areas, sources, languages=languages)
    return create_app(ctx).server.test_client(), languages["de"]
