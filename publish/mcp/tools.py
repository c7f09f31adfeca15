"""The tools, by name: what each takes, answers with and does. One more tool is one more decorated function."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from scidip.indicators.language.current import ENGLISH, speaking
from scidip.publish.api.query import Refused
from scidip.publish.export.provenance import about
from scidip.publish.mcp.answers import Answer
from scidip.publish.mcp.desk import ToolDesk
from scidip.publish.mcp.questions import Question

Q = TypeVar("Q", bound=Question)
A = TypeVar("A", bound=Answer)
REGISTERED: Final[dict[str, "Tool"]] = {}


@dataclass(frozen=True)
class Tool:
    """A tool: its function from a desk and a question to an answer, and what a client is told of it."""

    name: str
    title: str
    description: str
    takes: type[Question]
    gives: type[Answer]
    run: Callable[[ToolDesk, Any], Answer]

    def input_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of what the tool takes."""
        return self.takes.model_json_schema()

    def output_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of what the tool answers with."""
        return self.gives.model_json_schema()


def tool(title: str, takes: type[Q], gives: type[A]) -> Callable[[Callable[[ToolDesk, Q], A]], Callable[..., A]]:
    """Register a function under its name; its docstring is what a client reads of it."""

    def enter(run: Callable[[ToolDesk, Q], A]) -> Callable[[ToolDesk, Q], A]:
        words = " ".join((run.__doc__ or "").split())
        REGISTERED[run.__name__] = Tool(run.__name__, title, words, takes, gives, run)
        return run

    return enter


def head(desk: ToolDesk) -> dict[str, Any]:
    """Return what stands at the head of every answer."""
    return {
        "data_version": desk.data_version,
        "citation": about(desk.engine, desk.catalogue, desk.data_version).citation_short,
    }


def call(desk: ToolDesk, name: str, arguments: dict[str, Any]) -> Answer:
    """Return what a tool answers, in English. Raises Refused with what is accepted instead."""
    if name not in REGISTERED:
        raise Refused(
            "unknown_tool", f"There is no tool {name[:80]!r}.", f"Accepted are {', '.join(sorted(REGISTERED))}."
        )
    asked = REGISTERED[name]
    try:
        question = asked.takes.model_validate(arguments)
    except ValidationError as error:
        raise _misfit(asked, error) from None
    with speaking(ENGLISH):
        return asked.run(desk, question)


def sentence(refused: Refused) -> str:
    """Return what was wrong and what is accepted, as one sentence."""
    remedy = refused.remedy
    follows = remedy if remedy[:2].isupper() else remedy[:1].lower() + remedy[1:]
    return f"{refused.message.rstrip('.')}; {follows.rstrip('.')}."


def _misfit(asked: Tool, error: ValidationError) -> Refused:
    """Return the first thing that does not fit the schema, with what is accepted there."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(p)[:40] for p in first["loc"])
    fields = asked.takes.model_fields
    if first["type"] == "extra_forbidden":
        return Refused("unknown_parameter", f"{asked.name} takes no {place!r}.", f"Accepted are {', '.join(fields)}.")
    own = fields.get(str(first["loc"][0])) if first["loc"] else None
    meant = (own.description or "").rstrip(".") if own else ""
    remedy = f"Accepted is: {meant}." if meant else f"Accepted are {', '.join(fields)}."
    return Refused("bad_parameter", f"{place or 'the question'}: {first['msg']}.", remedy)


def readable(answer: BaseModel) -> dict[str, Any]:
    """Return an answer as plain values, without what is not known."""
    return answer.model_dump(mode="json", exclude_none=True)
