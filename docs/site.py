"""What the site of documents takes from outside docs: README, CONTRIBUTING and others, with their links made to fit."""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parent.parent
OUTSIDE = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "report.md",
    "CHANGELOG.md": "changelog.md",
}
"""Documents at the top of the checkout, and the page each becomes."""
LINK = re.compile(r"\[([^][]*)\]\(([^()#\s:]+)(#[^()\s]*)?\)")
"""Text, file and anchor of a link to a file; not of an address, which has a colon."""
DECISIONS = "decisions/index.md"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """List every page of docs/decisions, under the entry that is left empty for them."""
    pages = [DECISIONS, *(f"decisions/{path.name}" for path in _decisions())]
    for section in config.nav or []:
        for entry in next(iter(section.values())) if isinstance(section, dict) else []:
            if entry == {"Decisions": []}:
                entry["Decisions"] = pages
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the documents from the top of the checkout, and a list of decisions."""
    texts = {page: page_text(name) for name, page in OUTSIDE.items()}
    texts[DECISIONS] = decision_list()
    for page, text in texts.items():
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Point links that leave docs (`../SECURITY.md`) to the page that stands for the file."""
    return LINK.sub(lambda link: _fit(link, "../"), markdown)


def page_text(name: str) -> str:
    """Return a document of the top as a page: links lose `docs/`; of files that are no page the text stays."""
    return LINK.sub(lambda link: _fit(link, ""), (ROOT / name).read_text("utf-8"))


def decision_list() -> str:
    """Return a page that names every decision by its title."""
    titles = ((p.name, p.read_text("utf-8").splitlines()[0].lstrip("# ")) for p in _decisions())
    lines = [f"- [{title}]({name})" for name, title in titles]
    return "\n".join(["# Decisions", "", "Choices that took an argument, one page each.", "", *lines])


def _decisions() -> list[Path]:
    return sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))


def _fit(link: re.Match[str], top: str) -> str:
    """Return a link as the site has it; *top* leads from the page's folder to the top of the checkout."""
    text, target, anchor = link[1], link[2], link[3] or ""
    if not target.startswith(top):
        return link[0]
    file = target.removeprefix(top).rstrip("/")
    if file in OUTSIDE:
        return f"[{text}]({OUTSIDE[file]}{anchor})"
    if file.startswith("docs/"):
        page = DECISIONS if file == "docs/decisions" else file.removeprefix("docs/")
        return f"[{text}]({page}{anchor})"
    return text if (ROOT / file).exists() and not (ROOT / "docs" / file).exists() else link[0]
