"""What the tools answer with: typed, so that a client knows what each part is.

A figure has the unit, source, licence and link of the block it stands in; a rank its 5-95 % range beside it.
"""

from pydantic import BaseModel, ConfigDict, Field, JsonValue

Cell = str | int | float | bool | None


class Part(BaseModel):
    """A part of an answer; what is not known is left out, never zero."""

    model_config = ConfigDict(extra="forbid")


class Answer(Part):
    """What every answer says of itself."""

    data_version: str = Field(description="Names the figures and scores that serve together.")
    citation: str = Field(description="How the observatory is cited.")
    next: str | None = Field(default=None, description="Cursor of the next page; none when this is the last.")


class Hit(Part):
    """Something that search found."""

    kind: str
    code: str
    name: str
    about: str = ""
    unit: str | None = None
    withheld: str | None = Field(default=None, description="Why its figures may not be passed on.")
    link: str


class SearchAnswer(Answer):
    """What was found, the best first."""

    found: int
    hits: list[Hit]


class Figure(Part):
    """One figure. A row that is not there is not known, unless its list is complete."""

    ref_area: str
    area: str
    counterpart_area: str | None = None
    partner: str | None = None
    time_period: int
    obs_value: float | None = Field(default=None, description="Left out where it is not known.")
    obs_status: str


class Series(Part):
    """Figures of one indicator, unit, source, vintage and licence."""

    indicator: str
    name: str
    proxy: bool
    unit: str
    unit_words: str
    source: str
    vintage: str
    licence: str
    link: str
    figures: list[Figure]


class FiguresAnswer(Answer):
    """Figures by series."""

    note: str = Field(default="", description="What it means that there is no figure.")
    series: list[Series]


class Standing(Part):
    """A score and a rank, each with its 5-95 % range; no rank where there is no range."""

    ref_area: str
    area: str
    time_period: int
    score: float | None = None
    score_p05: float | None = None
    score_p95: float | None = None
    rank: int | None = None
    rank_p05: int | None = None
    rank_p95: int | None = None
    ranked_areas: int | None = None
    standing: str = Field(description="The rank with its range, or why there is none, in words.")
    coverage: float | None = Field(default=None, description="Share of the indicators below that are known.")
    carried_share: float | None = Field(default=None, description="Share of figures carried from earlier years.")


class Scored(Part):
    """Scores of one node."""

    node: str
    name: str
    unit: str = "score, 0-100"
    source: str
    licence: str
    link: str
    standings: list[Standing]


class ScoreAnswer(Answer):
    """Scores with ranges, by year and rank."""

    scores: Scored


class NodeCompared(Part):
    """Two areas on one node."""

    scores: Scored
    a_above_b: bool | None = Field(default=None, description="By the published ranks.")
    probability: float | None = Field(default=None, description="Share of simulated methods in which a is above b.")
    verdict: str


class CompareAnswer(Answer):
    """Two areas on the index and the factors."""

    a: str
    b: str
    time_period: int
    meaning: str
    nodes: list[NodeCompared]


class PairExhibit(Part):
    """What one exhibit says of two areas; `units` by column, source and licence in the row or here."""

    key: str
    finding: str
    subtitle: str
    units: dict[str, str]
    source: str | None = Field(default=None, description="Of all rows; left out where each row has its own.")
    licence: str | None = None
    link: str
    rows: list[dict[str, Cell]]


class PairAnswer(Answer):
    """What ties two areas."""

    a: str
    a_name: str
    b: str
    b_name: str
    time_period: int
    withheld: dict[str, str] = Field(description="Series that may not be passed on, each with the reason.")
    exhibits: list[PairExhibit]


class ClaimAnswer(Answer):
    """Whether a claim holds, as the API's /claim says it."""

    text: str
    understood: str
    verdict: str
    holds_as_published: bool | None = None
    probability: float | None = None
    meaning: str
    why: str
    notes: list[str]
    rule: str
    scores: list[dict[str, JsonValue]]
    figures: list[dict[str, JsonValue]]
    link: str


class CiteAnswer(Answer):
    """Every form of a citation."""

    key: str
    title: str
    accessed: str
    licence: str
    link: str
    long: str
    short: str
    bibtex: str
    ris: str


class SourceChanged(Part):
    """How many figures of an indicator are others than before."""

    indicator: str
    source: str
    licence: str
    link: str
    revised: int
    new: int
    gone: int


class RankMoved(Part):
    """A rank then and now, each with its range."""

    ref_area: str
    area: str
    rank_before: int
    rank_before_p05: int
    rank_before_p95: int
    rank: int
    rank_p05: int
    rank_p95: int
    places: int
    clear: bool = Field(description="Whether the two ranges do not overlap.")


class ChangedAnswer(Answer):
    """What changed between two versions."""

    before: str
    after: str
    finding: str
    time_period: int | None = None
    other_method: bool
    versions: list[str]
    unit: str = "count of figures; places of the ranking"
    source: str
    licence: str
    link: str
    figures: list[SourceChanged]
    ranks: list[RankMoved]
