"""The server of the tools: the library `mcp` around them. The one module that needs it (`pip install scidip[mcp]`)."""

import logging
from typing import Any, Final

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from scidip.publish.api.query import Refused
from scidip.publish.citation.styles import NAME
from scidip.publish.mcp import paging
from scidip.publish.mcp.all_tools import TOOLS
from scidip.publish.mcp.desk import Desks
from scidip.publish.mcp.tools import Tool, call, readable, sentence

INSTRUCTIONS: Final = (
    "Official statistics and composite scores of science and technology diplomacy, per country and per pair of "
    "countries. Give every rank with its range and every figure with unit, year and source, as they come. What is "
    "missing is not known, not zero. An answer with `next` goes on: call again with it as cursor."
)
LOG = logging.getLogger(__name__)


def make_server(desks: Desks, version: str = "") -> Server[Any]:
    """Return a server that answers from the figures that serve; *version* is that of the program."""
    turn = anyio.Semaphore(1)

    async def list_tools(_ctx: Any, _params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[described(t) for t in TOOLS.values()])

    async def call_tool(_ctx: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        # One answer at a time, beside the loop: what reads waits, what listens does not.
        async with turn:
            return await anyio.to_thread.run_sync(answered, desks, params.name, params.arguments or {})

    return Server(
        "scidip",
        version=version,
        title=NAME,
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def described(tool: Tool) -> types.Tool:
    """Return what a client is told of a tool."""
    hints = types.ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.input_schema(),
        output_schema=tool.output_schema(),
        annotations=hints,
    )


def answered(desks: Desks, name: str, arguments: dict[str, Any]) -> types.CallToolResult:
    """Return what a tool answers, or as an error the sentence that says what is accepted."""
    try:
        answer = call(desks.current(), name, arguments)
    except Refused as refused:
        return _error(sentence(refused))
    except Exception:
        LOG.exception("the tool %s failed", name)
        return _error("The tool failed; the server's log says why; ask something else, or tell who serves it.")
    text = types.TextContent(type="text", text=paging.as_text(answer))
    return types.CallToolResult(content=[text], structured_content=readable(answer))


def _error(words: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=words)], is_error=True)


def over_stdio(desks: Desks, version: str) -> None:
    """Serve over standard input and output until the client goes."""

    async def serve() -> None:
        server = make_server(desks, version)
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    anyio.run(serve)


def http_app(desks: Desks, version: str = "") -> Any:
    """Return the tools as an ASGI application that answers only to names of this machine (against DNS rebinding)."""
    return make_server(desks, version).streamable_http_app(json_response=True, stateless_http=True)


def over_http(desks: Desks, version: str, port: int) -> None:
    """Serve over HTTP at http://127.0.0.1:PORT/mcp until interrupted; nobody from another machine is heard."""
    import uvicorn

    uvicorn.run(http_app(desks, version), host="127.0.0.1", port=port, log_level="warning")
