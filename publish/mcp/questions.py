"""What the tools take: typed, bounded, and nothing beside it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from scidip.publish.citation import works

Name = Annotated[str, Field(min_length=1, max_length=200)]
Kind = Literal["area", "indicator", "node", "exhibit", "term"]
Limit = Annotated[int, Field(ge=1, le=500, description="Rows at most; fewer where they would not fit.")]
Cursor = Annotated[str | None, Field(max_length=2_000, description="`next` of the answer before, for its next page.")]
Year = Annotated[int | None, Field(ge=0, le=9999, description="A scored year; the newest if not given.")]
Years = Annotated[
    str | None, Field(max_length=20, description="A year (2020) or a span (2018:2023, either end may be left open).")
]
Area = Annotated[Name, Field(description="An area by ISO 3166-1 alpha-3 code or by name.")]
AreasAsked = Annotated[list[Name], Field(max_length=50, description="Areas by ISO alpha-3 code or name; all if empty.")]
Node = Annotated[
    str, Field(max_length=200, description="The index, a factor or a dimension, by code or name; the index if empty.")
]


class Question(BaseModel):
    """What every question forbids: parameters that a tool does not know."""

    model_config = ConfigDict(extra="forbid")


class Search(Question):
    """Words to look for."""

    query: Name = Field(description="Words: a country, a subject, a term.")
    kinds: list[Kind] = Field(default=[], max_length=5, description="Kinds to look among; all if empty.")
    limit: Limit = 10
    cursor: Cursor = None


class Figures(Question):
    """Which figures."""

    indicators: list[Name] = Field(min_length=1, max_length=10, description="Indicators by code or name.")
    areas: AreasAsked = []
    partners: AreasAsked = Field(default=[], description="For figures per pair: the partners; all if empty.")
    years: Years = None
    limit: Limit = 100
    cursor: Cursor = None


class Score(Question):
    """Which scores."""

    node: Node = ""
    areas: AreasAsked = []
    years: Years = Field(default=None, description="A scored year or a span of them; the newest if not given.")
    limit: Limit = 50
    cursor: Cursor = None


class Compare(Question):
    """Which two areas."""

    a: Area
    b: Area
    node: Node = Field(default="", description="The index or a factor, by code or name; all of them if empty.")
    year: Year = None


class Pair(Question):
    """Which two areas."""

    a: Area
    b: Area
    year: Year = None
    exhibit: str = Field(default="", max_length=40, description="The key of one exhibit; all if empty.")
    limit: Limit = 100
    cursor: Cursor = None


class CheckClaim(Question):
    """Which sentence."""

    text: Annotated[
        str,
        Field(
            min_length=1,
            max_length=500,
            description="A sentence, such as: Portugal ranks above Greece in national factors in 2022.",
        ),
    ]


class Cite(Question):
    """What is to be cited: one of the two."""

    indicator: str = Field(default="", max_length=200, description="An indicator by code or name.")
    table: str = Field(default="", max_length=40, description=f"Or a table: {', '.join(works.TABLES)}.")


class WhatChanged(Question):
    """Between which versions."""

    before: str = Field(default="", max_length=80, description="A version by digits or name; the one before if empty.")
    after: str = Field(default="", max_length=80, description="A later version; the newest if empty.")
    limit: Limit = 50
    cursor: Cursor = None
