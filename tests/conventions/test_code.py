"""What the tools of the trade say about the code, and what the pinned requirements hold."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from learning import local

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
DJADE = ["djade", "--check", "--target-version", "5.2"]
TEMPLATES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))


def said_by(command: list[str]) -> tuple[int, str]:
    """Status and words of a tool, run in the project's folder as anybody would run it."""
    local.set_up()
    program = str(BIN / command[0]) if (BIN / command[0]).exists() else command[0]
    done = subprocess.run(
        [program, *command[1:]],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "learning.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports"],
        [*DJADE, *TEMPLATES],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_tool_finds_nothing(command: list[str]) -> None:
    status, words = said_by(command)
    assert status == 0, words


def test_models_and_migrations_agree() -> None:
    """R-090"""
    status, words = said_by([sys.executable, "-m", "django", "makemigrations", "--check"])
    assert (status, words) == (0, "No changes detected\n")


def test_migrations_are_one_line_without_branches() -> None:
    """R-090"""
    names = sorted(path.stem for path in (ROOT / "learning" / "migrations").glob("[0-9]*.py"))
    numbers = [name.split("_")[0] for name in names]
    assert numbers == [f"{number:04}" for number in range(1, len(names) + 1)]


# Requirements


def one_spelling(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted(group: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    direct = project["project"]["dependencies"]
    if group == "dev":
        direct = direct + project["dependency-groups"]["dev"]
    return [Requirement(line) for line in direct]


def pinned(name: str) -> dict[str, tuple[str, int]]:
    """Version and number of hashes of each package in a requirements file."""
    source = (ROOT / name).read_text(encoding="utf-8")
    found = {}
    for block in re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"^#.*\n", "", source, flags=re.MULTILINE)):
        head = re.match(r"([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^ ;\\\n]+)", block)
        if head:
            found[one_spelling(head[1])] = (
                head[2],
                len(re.findall(r"--hash=sha256:[0-9a-f]{64}", block)),
            )
    return found


@pytest.mark.parametrize(
    ("file", "group"), [("requirements.txt", "real"), ("requirements-dev.txt", "dev")]
)
def test_requirements_pin_what_the_project_asks_for(file: str, group: str) -> None:
    """S-095: each direct requirement in a version that fits, everything with its digests."""
    pins = pinned(file)
    lacking = [
        str(requirement)
        for requirement in wanted(group)
        if one_spelling(requirement.name) not in pins
        or not requirement.specifier.contains(pins[one_spelling(requirement.name)][0])
    ]
    assert lacking == []
    assert [name for name, (_, hashes) in pins.items() if not hashes] == []


@pytest.mark.parametrize(
    ("file", "group"), [("requirements.txt", "real"), ("requirements-dev.txt", "dev")]
)
def test_requirements_hold_all_that_their_packages_need(file: str, group: str) -> None:
    """S-095: they are installed without looking for more, so that nothing newer is ever met."""
    pins = pinned(file)
    seen: set[tuple[str, str]] = set()
    todo, lacking = [*wanted(group)], []
    while todo:
        requirement = todo.pop()
        name = one_spelling(requirement.name)
        if name not in pins or not requirement.specifier.contains(pins[name][0]):
            lacking.append(str(requirement))
            continue
        for extra in {"", *requirement.extras} - {extra for known, extra in seen if known == name}:
            seen.add((name, extra))
            needs = map(Requirement, metadata.requires(name) or [])
            todo += [
                each
                for each in needs
                if each.marker is None or each.marker.evaluate({"extra": extra})
            ]
    assert lacking == []


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_name_no_index(file: str) -> None:
    source = (ROOT / file).read_text(encoding="utf-8")
    assert not re.search(r"--(index-url|extra-index-url|find-links|trusted-host)|https?://", source)


def test_requirements_of_both_files_are_the_same_versions() -> None:
    real, dev = pinned("requirements.txt"), pinned("requirements-dev.txt")
    assert len(real) > len(wanted("real"))
    assert {name: dev.get(name) for name in real} == real
