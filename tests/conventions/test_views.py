"""How views are written: through the person who asks, and never around actions and reports."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MANAGERS = {"objects", "_default_manager", "_base_manager"}
WRITES = {"save", "delete", "create", "update", "bulk_create", "get_or_create", "update_or_create"}
OPERATOR = ROOT / "learning" / "web" / "operator.py"


def modules() -> list[Path]:
    return sorted((ROOT / "learning" / "web").rglob("*.py"))


def attributes(path: Path) -> set[tuple[str, int]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {(node.attr, node.lineno) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_no_view_names_a_bare_manager() -> None:
    """``access.find_device`` is the one door: it looks up who is asking, by the cookie's hash."""
    found = {
        (path.name, name)
        for path in modules()
        for name, _ in attributes(path)
        if name in MANAGERS and path != OPERATOR
    }
    assert found == {("access.py", "objects")}
    source = (ROOT / "learning" / "web" / "access.py").read_text(encoding="utf-8")
    assert source.count(".objects") == source.count("Device.objects.known(") == 1


def test_no_view_writes_past_the_actions() -> None:
    found = {
        (path.name, name)
        for path in modules()
        for name, _ in attributes(path)
        if name in WRITES and path != OPERATOR
    }
    assert found == set()


def test_only_one_module_knows_an_htmx_request() -> None:
    """HTMX 2: no branch on the request decides what an address is."""
    found = set()
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            asks = isinstance(node, ast.Attribute) and node.attr == "htmx"
            named = isinstance(node, ast.Constant) and node.value in ("htmx", "HX-Request")
            if asks or named:
                found.add(path.name)
    assert found == {"htmx.py"}
