"""The document on assistants: a text, and each tool with an example answered from the database."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from scidip.indicators.errors import ScidipError
from scidip.publish.mcp.all_tools import TOOLS
from scidip.publish.mcp.desk import ToolDesk
from scidip.publish.mcp.tools import Tool, call, readable

NAME: Final = "assistants.md"
HEADER: Final = "<!-- Written by `scidip docs` from data/documents/assistants.md and the figures; do not edit. -->\n\n"
EXAMPLES: Final[Mapping[str, dict[str, Any]]] = {
    "search": {"query": "research spending", "limit": 2},
    "figures": {"indicators": ["rd_expenditure_gdp"], "areas": ["Ivory Coast"], "limit": 2},
    "score": {"limit": 2},
    "compare": {"a": "Portugal", "b": "Greece", "node": "National factor"},
    "pair": {"a": "France", "b": "Japan", "limit": 2},
    "check_claim": {"text": "Portugal ranks above Greece in national factors in 2022"},
    "cite": {"indicator": "rd_expenditure_gdp"},
    "what_changed": {},
}
"""A question for each tool; a new tool needs one."""
OF_THE_DAY: Final = ("citation", "accessed", "long", "short", "bibtex", "ris", "next", "rule", "versions")
"""What is left out of an example: it is another every day, or long."""


def document(folder: Path, desk: ToolDesk) -> str:
    """Return the text in *folder* with the tools. Raises ScidipError when nothing is scored."""
    if not desk.years:
        raise ScidipError("There are no scores yet: run `scidip build` first.")
    told = (folder / NAME).read_text("utf-8").replace("{tools}", "".join(_section(desk, t) for t in TOOLS.values()))
    return HEADER + told.rstrip() + "\n"


def _section(desk: ToolDesk, tool: Tool) -> str:
    """Return the section of a tool: what it does, what it takes, an example."""
    asked = EXAMPLES[tool.name]
    answer = _cut(readable(call(desk, tool.name, asked)), desk)
    takes = "\n".join(_parameter(n, f) for n, f in tool.input_schema()["properties"].items())
    shown = json.dumps(answer, ensure_ascii=False, indent=1)
    return (
        f"\n### {tool.name}\n\n{tool.description}\n\n| takes | |\n|---|---|\n{takes}\n\n"
        f"`{json.dumps(asked, ensure_ascii=False)}` is answered with (left out: {', '.join(_left_out(tool))}):\n\n"
        f"```json\n{shown}\n```\n"
    )


def _left_out(tool: Tool) -> list[str]:
    return [f"`{name}`" for name in tool.gives.model_fields if name in OF_THE_DAY]


def _parameter(name: str, field: Mapping[str, Any]) -> str:
    words = str(field.get("description", "")).replace("|", "or")
    return f"| `{name}` | {words} |"


def _cut(value: Any, desk: ToolDesk) -> Any:
    """Return an answer without what is another every day; dots for the data version, another with each figure."""
    if isinstance(value, dict):
        return {k: _cut(v, desk) for k, v in value.items() if k not in OF_THE_DAY}
    if isinstance(value, list):
        return [_cut(v, desk) for v in value]
    if isinstance(value, str):
        return value.removeprefix(desk.site).replace(desk.data_version, "…")
    return value
