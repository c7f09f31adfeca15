"""A story as a briefing: each step a part, its sentences and what each number rests on; made into files as all are."""

from scidip.findings.stories.told import STATES, Said, Told, ToldStep
from scidip.indicators.language.current import _, current
from scidip.indicators.stories.story import CONCERNS
from scidip.publish.briefs.brief import Block, Brief, Grid, Part, Words
from scidip.publish.briefs.origin import Asked
from scidip.publish.citation import works
from scidip.publish.export.provenance import about


def story_brief(asked: Asked, told: Told) -> Brief:
    """Return a story as a briefing: a title, and a part for each step."""
    name = told.story.name
    link = f"{asked.site}/story?name={name}&v={asked.desk.data_version}"
    concern = _(CONCERNS[told.story.concern])
    parts = (_opening(told, link), *(_part(asked, told, step) for step in told.steps))
    codes = [p.code for p in parts[1:]]
    half = (len(codes) + 1) // 2
    return Brief(
        title=told.title,
        kicker=_("{concern}: a story").format(concern=concern),
        subject=told.summary,
        keywords=(_("science diplomacy"), concern),
        parts=parts,
        link=link,
        citation=about(asked.desk.engine, asked.desk.catalogue).citation,
        year=0,
        data_version=asked.desk.data_version,
        made=works.today(),
        stem=f"scidip-story-{name}",
        language=current().code,
        direction=current().direction,
        publisher=asked.desk.agency.name.said(),
        sheets=(tuple(((c,),) for c in codes[:half]), tuple(((c,),) for c in codes[half:])),
    )


def _opening(told: Told, link: str) -> Part:
    listed = tuple(f"{step.number}. {step.title}" for step in told.steps)
    return Part(
        "opening", told.title, told.summary, (Words(listed),), (1.0,), "", link, (*_wrong(told.wrong), *_against(told))
    )


def _wrong(wrong: tuple[Said, ...]) -> tuple[str, ...]:
    words = _("Not carried by the figures any more: “{text}” ({state})")
    return tuple(words.format(text=one.text, state=_(STATES[one.state])) for one in wrong)


def _against(story: Told) -> tuple[str, ...]:
    words = _("The strongest reading against it: {reading}")
    counter = (" ".join(one.text for one in step.said) for step in story.steps if step.step.is_counter)
    return tuple(words.format(reading=reading) for reading in counter)


def _part(asked: Asked, story: Told, step: ToldStep) -> Part:
    kind = _("The strongest reading against it") if step.step.is_counter else ""
    told = [one.text if one.is_true else f"{one.text} [{_(STATES[one.state])}]" for one in step.said]
    rows = tuple((f"{n}", one.why, one.origin) for n, one in enumerate(step.said, 1) if one.link)
    blocks: tuple[Block, ...] = (Words(tuple(told), large=True),)
    shares: tuple[float, ...] = (1.0,)
    if rows:
        heads = (_("Sentence"), _("The claim, checked"), _("Source"))
        grid = Grid(_("What the numbers rest on"), heads, rows, (0.9, 2.4, 1.4))
        blocks, shares = (*blocks, grid), (0.45, 0.55)
    terms = tuple(dict.fromkeys(why for one in step.said for why in one.terms))
    source = _("Sources: {sources}.").format(sources="; ".join(step.origins)) if step.origins else ""
    link = f"{asked.site}{step.step.view}"
    notes = (*_wrong(step.said_wrong), *terms, *_against(story))
    return Part(f"step-{step.number}", step.title, kind, blocks, shares, source, link, notes)
