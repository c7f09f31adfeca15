"""What a first visit weighs: outlines without rivers, large files packed once."""

import json
from pathlib import Path

import brotli
import pytest

from scidip.dashboard.server import precompress
from scidip.dashboard.server.factory import create_app
from scidip.figures.outlines import LAYERS, prune
from scidip.store.database.engine import open_engine
from tests.test_pages import make_context

ROOT = Path(__file__).resolve().parent.parent


def test_pruning_keeps_what_is_drawn_by_hand() -> None:
    document = {
        "arcs": ["a", "b", "c"],
        "objects": {
            "countries": {"geometries": [{"id": "X", "arcs": [[2, ~0]]}, {"id": "Y"}]},
            "land": {"geometries": [{"arcs": [[[2]]]}]},
            "rivers": {"geometries": [{"arcs": [1]}]},
        },
    }
    pruned = prune(document)
    assert pruned["arcs"] == ["a", "c"]
    assert pruned["objects"]["countries"]["geometries"] == [{"id": "X", "arcs": [[1, ~0]]}, {"id": "Y"}]
    assert pruned["objects"]["land"]["geometries"] == [{"arcs": [[[1]]]}]


def test_the_shipped_outlines_hold_only_what_is_drawn() -> None:
    shipped = json.loads((ROOT / "assets" / "topojson" / "world_50m.json").read_text("utf-8"))
    assert set(shipped["objects"]) == set(LAYERS)
    assert prune(shipped) == shipped
    assert len(shipped["objects"]["countries"]["geometries"]) > 240


def test_a_large_file_is_sent_packed_and_is_the_same(tmp_path, catalogue, areas, sources) -> None:
    url = f"sqlite:///{tmp_path / 'own.sqlite'}"
    open_engine(url, create=True).dispose()
    client = create_app(make_context(url, catalogue, areas, sources)).server.test_client()
    address, plain = ("/assets/topojson/world_50m.json", (ROOT / "assets/topojson/world_50m.json").read_bytes())
    head = {"Accept-Encoding": "br"}
    answer = client.get(address, headers=head)
    assert len(answer.data) < len(plain) / 2
    assert client.get(address, headers=head).data == answer.data
    assert answer.headers["Content-Encoding"] == "br"
    assert brotli.decompress(answer.data) == plain
    assert client.get(address).data == plain, "who does not take it packed gets it plain"
    assert len(plain) > precompress.LEAST


def test_what_is_packed_ahead_is_there(tmp_path, catalogue, areas, sources) -> None:
    url = f"sqlite:///{tmp_path / 'own.sqlite'}"
    open_engine(url, create=True).dispose()
    client = create_app(make_context(url, catalogue, areas, sources)).server.test_client()
    for address in (precompress.PLOTLY, precompress.OUTLINES):
        answer = client.get(address)
        assert answer.status_code == 200 and len(answer.data) > precompress.LEAST
        assert "max-age=86400" in answer.headers["Cache-Control"], "or every page loads it anew"


def test_what_was_packed_is_found_at_the_next_start(tmp_path, monkeypatch) -> None:
    folder, content = tmp_path / "packed", b"figures " * 20_000
    (folder / "of-another-version").mkdir(parents=True)
    packed = precompress.Packed(folder).pack("/assets/a", content)
    assert brotli.decompress(packed) == content
    assert not (folder / "of-another-version").exists()
    assert len(list(folder.rglob("*.br"))) == 1
    monkeypatch.setattr(brotli, "compress", lambda *_a, **_k: pytest.fail("packed a second time"))
    again = precompress.Packed(folder)
    assert again.get("/assets/a") is None
    assert again.pack("/assets/b", content) == packed == again.get("/assets/b")


def test_where_nothing_can_be_written_files_are_packed_all_the_same(tmp_path) -> None:
    (tmp_path / "packed").write_text("a file where the folder should be")
    packed = precompress.Packed(tmp_path / "packed").pack("/assets/a", b"figures " * 20_000)
    assert brotli.decompress(packed) == b"figures " * 20_000
