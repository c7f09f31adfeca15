"""Stories: their form, that every number of the shipped ones is carried by a claim, pages, files, and the guide."""

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from pptx import Presentation

from scidip.app import create_context
from scidip.commands.story import story_command
from scidip.dashboard.core import view_list
from scidip.dashboard.core.component_tree import text
from scidip.dashboard.pages import stories as stories_page
from scidip.dashboard.pages import story as story_page
from scidip.dashboard.pages.present import views as present_views
from scidip.dashboard.server.factory import create_app
from scidip.findings.claims.check import evidence_of
from scidip.findings.stories.told import faults, tell
from scidip.findings.stories.values import FILLED
from scidip.indicators.errors import InputFaults
from scidip.indicators.language.current import speaking
from scidip.indicators.stories.files import load_stories
from scidip.indicators.stories.story import CONCERNS, DIGIT, fields_of, read
from scidip.program import Program
from scidip.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = load_stories(ROOT / "data" / "stories")
GUIDE = (ROOT / "docs" / "stories.md").read_text("utf-8")
MINE = re.search(r'```toml title="mine.toml"\n(.*?)```', GUIDE, re.DOTALL)[1]


@pytest.mark.unit
def test_one_story_for_each_concern_in_both_languages_with_its_counter_reading() -> None:
    assert {s.concern for s in SHIPPED.values()} == set(CONCERNS) - {"own"}
    for story in SHIPPED.values():
        assert 4 <= len(story.steps) <= 7
        assert sum(step.is_counter for step in story.steps) == 1
        texts = [story.title, story.summary, *(s.title for s in story.steps)]
        texts += [sentence.texts for step in story.steps for sentence in step.sentences]
        for one in texts:
            assert set(one) == {"en", "fr"} and one["en"] != one["fr"], one
        for step in story.steps:
            for sentence in step.sentences:
                used = {code: set(fields_of(t)) for code, t in sentence.texts.items()}
                assert used["en"] == used["fr"] <= set(FILLED)
                assert bool(sentence.claim) == bool(used["en"])
                # A figure never without its year.
                assert (
                    not sentence.claim
                    or used["en"] & {"year", "since"}
                    or "same" in sentence.texts["en"]
                    or ("OpenAlex" in sentence.texts["en"])
                ), sentence.texts["en"]


@pytest.mark.unit
def test_all_that_is_wrong_with_a_file_is_told_at_once() -> None:
    broken = (
        MINE.replace('concern = "own"', 'concern = "weather"\ncolour = "red"')
        .replace("and {value1} in {year}.", "and 5,000 in {year}.", 1)
        .replace('claim = "Kenya\'s articles rose between 2012 and 2022"\n', "")
        .replace("counter = true\n", "")
        .replace('view = "/country?area=KEN"', 'view = "https://example.org"')
    )
    with pytest.raises(InputFaults) as told:
        read(broken, "mine")
    found = "\n".join(told.value.faults)
    for words in (
        "knows no 'colour'",
        "concern is 'weather'",
        "step 1, sentence 1: en: a number is typed",
        "step 2: view is an address of this site",
        "step 2, sentence 1: en: {value1} has no claim",
        "counter = true",
    ):
        assert words in found, found
    for content, words in (("concern =", "not TOML"), ("x" * 200_000, "longer than"), ("", "concern is None")):
        with pytest.raises(InputFaults, match=words):
            read(content, "mine")
    with pytest.raises(InputFaults, match="a brace is not closed"):
        read(MINE.replace("{value2} together", "{value2 together", 1), "mine")


@pytest.fixture(scope="module")
def ctx(built_url):
    return create_context(Settings.from_env({"SCIDIP_DATABASE_URL": built_url}))


@pytest.mark.db
def test_every_number_of_the_shipped_stories_is_carried_by_a_claim_that_holds(ctx) -> None:
    known = present_views.known()
    with ctx.at_one_moment():
        evidence = evidence_of(ctx)
        for name, story in ctx.stories.items():
            assert list(faults(story, evidence)) == [], name
            for step in story.steps:
                assert view_list.own_address(step.view, known) == step.view
                module = present_views.modules()[step.view.partition("?")[0]]
                query = view_list.query_of(step.view)
                assert module.State.from_query(query, module.allowed(ctx))[1] == [], step.view
        digits = {}
        for code in ("en", "fr"):
            with speaking(ctx.languages[code]):
                told = tell(ctx.stories["brain-drain"], evidence_of(ctx))
                said = [one for step in told.steps for one in step.said]
                for one in said:
                    assert bool(DIGIT.search(one.text)) == bool(one.sentence.claim)
                    assert one.state in ("true", "plain") and bool(one.origin) == bool(one.sentence.claim)
                digits[code] = [
                    sorted(re.sub(r"[^\d]+", " ", re.sub(r"(?<=\d)[\s,.](?=\d{3})", "", one.text)).split())
                    for one in said
                ]
        assert digits["en"] == digits["fr"]


@pytest.mark.db
def test_a_sentence_that_is_no_longer_so_is_marked_on_the_page_and_in_files(ctx) -> None:
    story = read(
        MINE.replace("in 2022 than in 2012", "in 2012 than in 2022", 1).replace(
            "Kenya's articles rose", "Narnia's articles rose"
        ),
        "mine",
    )
    with ctx.at_one_moment():
        known = evidence_of(ctx)
        told = list(faults(story, known))
        assert "step 1, sentence 1: no longer so: Not supported" in told[0]
        assert any("step 2, sentence 1: the claim is not understood" in fault for fault in told)
        mine = replace(ctx, stories={"mine": replace(story, version="0123456789")})
        shown = text(story_page.layout(mine, story_page.State("mine")))
        assert "Sentences that the figures no longer carry: 2" in shown and "no longer so" in shown
        assert "Written with the figures of version 0123456789" in shown
        none = read(MINE.replace("articles rose between 2012", "articles rose between 1912"), "mine")
        assert "cannot be checked" in next(iter(faults(none, known)))
        unfilled = read(MINE.replace("{value2} together", "{rank1} together"), "mine")
        assert "{rank1} is filled by no claim of this kind" in next(iter(faults(unfilled, known)))


@pytest.mark.db
def test_stories_are_listed_played_and_saved(ctx) -> None:
    with ctx.at_one_moment():
        listed = text(stories_page.layout(ctx, stories_page.State()))
        assert all(s.title["en"] in listed for s in ctx.stories.values())
        page = text(story_page.layout(ctx, story_page.State("water")))
        assert "The strongest reading against it" in page and "Sources: " in page and "PPTX" in page
        slide = text(story_page.layout(ctx, story_page.State("water", 2)))
        assert "step 2 of 5" in slide and "Play it" not in slide
        assert "Choose a story." in text(story_page.layout(ctx, story_page.State()))
        for story in ctx.stories.values():
            played = story_page.played(ctx, story)
            assert len(played) < view_list.MOST_ENCODED
    client = create_app(ctx).server.test_client()
    for name in ctx.stories:
        answer = client.get(story_page.played(ctx, ctx.stories[name]))
        assert answer.status_code == 200
    document = client.get("/download/story.html?name=water&lang=fr")
    assert document.status_code == 200 and "La lecture contraire la plus forte" in document.get_data(as_text=True)
    deck = client.get("/download/story.pptx?name=brain-drain")
    made = Presentation(io.BytesIO(deck.get_data()))
    assert len(made.slides) == 1 + len(ctx.stories["brain-drain"].steps)
    assert "2,871" in " ".join(s.text_frame.text for s in made.slides[1].shapes if s.has_text_frame)
    assert client.get("/download/story.html?name=nothing").status_code == 404
    assert client.get("/download/story.doc?name=water").status_code == 404


@pytest.mark.db
def test_the_guide_works(built_url, tmp_path) -> None:
    program = Program(Settings.from_env({"SCIDIP_DATABASE_URL": built_url}))
    path = tmp_path / "mine.toml"
    path.write_text(MINE, "utf-8")
    commands = re.findall(r"^scidip story (.*)$", GUIDE, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        words = [str(tmp_path / w) if w.startswith("mine.") else w for w in command.split()]
        done = CliRunner().invoke(story_command, words, obj=program)
        assert done.exit_code == 0, done.output + str(done.exception)
    assert (tmp_path / "mine.html").stat().st_size > 5_000 and (tmp_path / "mine.pptx").exists()
    path.write_text(MINE.replace("rose between", "fell between"), "utf-8")
    done = CliRunner().invoke(story_command, ["check", str(path)], obj=program)
    assert isinstance(done.exception, InputFaults) and "step 2, sentence 1: no longer so" in str(done.exception)
    program.close()
    assert all(f"`{{{name}}}`" in GUIDE for name in FILLED)
