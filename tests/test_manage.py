"""``manage.py`` on a bare machine: what is in the way is said in one sentence."""

from __future__ import annotations

import importlib.util
import os
import runpy
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from subprocess import DEVNULL
from types import ModuleType
from typing import Any

import pytest

from learning import local

ROOT = Path(__file__).resolve().parents[1]
MANAGE = ROOT / "manage.py"
OLD = [f"3.{minor}" for minor in range(6, 11)]


def too_old() -> list[str]:
    """Every Python of this machine that is too old for Waymark."""
    versions = sorted(Path("~/.pyenv/versions").expanduser().glob("3.*/bin/python"))
    found = [str(path) for path in versions if path.parts[-3].rsplit(".", 1)[0] in OLD]
    found += [path for path in map(shutil.which, (f"python{v}" for v in OLD)) if path]
    return [path for path in found if subprocess.call([path, "-c", ""], stderr=DEVNULL) == 0]


@pytest.fixture
def manage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, with a .venv of its own that is not there yet."""
    spec = importlib.util.spec_from_file_location("manage_under_test", MANAGE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    place = tmp_path / ".venv"
    monkeypatch.setattr(module, "VENV", str(place))
    monkeypatch.setattr(module, "VENV_PYTHON", str(place / "bin" / "python"))
    return module


def sentence(stopped: pytest.ExceptionInfo[SystemExit]) -> str:
    said = str(stopped.value.code)
    assert said.startswith("Waymark: ")
    assert "\n" not in said
    return said.removeprefix("Waymark: ")


@pytest.mark.parametrize("version", [(3, 10, 14), (3, 6, 0), (2, 7, 18)])
def test_python_too_old_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int]
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    monkeypatch.setattr(sys, "argv", ["manage.py", "demo"])
    with pytest.raises(SystemExit) as stopped:
        runpy.run_path(str(MANAGE), run_name="__main__")
    assert sentence(stopped) == (
        f"this is Python {version[0]}.{version[1]}, and Waymark needs Python 3.11 or newer."
    )


def test_python_too_old_can_read_the_script() -> None:
    """On a real old Python, where this machine has one; its grammar is the oldest we promise."""
    import ast

    ast.parse(MANAGE.read_text(encoding="utf-8"), feature_version=(3, 6))
    for python in too_old()[:1]:
        done = subprocess.run(
            [python, str(MANAGE), "demo"], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (1, ""), python
        assert done.stderr.startswith("Waymark: this is Python 3."), python
        assert done.stderr.endswith(", and Waymark needs Python 3.11 or newer.\n"), python


@pytest.mark.parametrize(("lacking", "uv"), [("venv", None), ("venv", "uv"), ("ensurepip", None)])
def test_python_without_venv_says_what_to_install(
    manage: Any, monkeypatch: pytest.MonkeyPatch, lacking: str, uv: str | None
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, package=None: None if name == lacking else find(name, package),
    )
    with pytest.raises(SystemExit) as stopped:
        manage.make_venv(uv)
    assert sentence(stopped) == (
        "this Python has no venv module. Install it (on Debian and Ubuntu: "
        "apt install python3-venv), then run the same command again."
    )


def test_folder_that_cannot_be_written_is_said(
    manage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(venv.EnvBuilder, "create", refuse)
    with pytest.raises(SystemExit) as stopped:
        manage.make_venv("uv")
    assert sentence(stopped) == (
        "the folder .venv could not be made: [Errno 13] Permission denied. "
        "Is this folder read-only?"
    )


def test_venv_that_is_there_is_not_made_again(manage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manage, "VENV_PYTHON", sys.executable)
    monkeypatch.setattr(venv, "EnvBuilder", lambda **given: pytest.fail("made again"))
    assert manage.make_venv(None) is None


def test_packages_that_cannot_be_installed_are_said(
    manage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manage, "make_venv", lambda uv: None)
    monkeypatch.setattr(shutil, "which", lambda name: "uv")
    monkeypatch.setattr(subprocess, "call", lambda command: 1)
    with pytest.raises(SystemExit) as stopped:
        manage.fill_venv(dev=False)
    assert sentence(stopped) == (
        "the packages could not be installed (see above). Check the network, then run the "
        "same command again; if that does not help, delete the folder .venv first."
    )


def test_pins_are_the_direct_requirements(manage: Any) -> None:
    real, dev = manage.pins(dev=False), manage.pins(dev=True)
    assert set(real) < set(dev)
    assert {"django", "gunicorn", "psycopg"} <= set(real)
    assert {"pytest", "playwright"} <= set(dev) - set(real)
    assert "pytest" not in real


def test_nothing_is_missing_where_the_tests_run(
    manage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert manage.missing(dev=True) == []
    monkeypatch.setattr(manage, "pins", lambda dev: {"django": "0.1", "no-such-package": "1"})
    assert manage.missing(dev=True) == ["django 0.1", "no-such-package 1"]


def test_still_missing_after_the_installation_is_said(
    manage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manage, "VENV", sys.prefix)
    monkeypatch.setattr(manage, "missing", lambda dev: ["django 5.2.19"])
    monkeypatch.setenv(manage.FILLED, "1")
    with pytest.raises(SystemExit) as stopped:
        manage.have_packages(dev=False)
    assert sentence(stopped) == (
        "still missing after the installation: django 5.2.19. Delete .venv."
    )


def test_missing_packages_are_installed_once_and_the_command_starts_again(
    manage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[Any] = []
    monkeypatch.setattr(manage, "missing", lambda dev: ["django 5.2.19"])
    monkeypatch.setattr(manage, "fill_venv", lambda dev: done.append(("filled", dev)))
    monkeypatch.setattr(manage, "start_again", lambda: done.append("started again"))
    monkeypatch.setattr(os, "environ", {})
    manage.have_packages(dev=True)
    assert done == [("filled", True), "started again"]
    assert os.environ[manage.FILLED] == "1"


def test_local_settings_of_the_demo_never_name_the_database_of_real_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = {"DATABASE_URL": "postgres://real/work", "WAYMARK_ALLOWED_HOSTS": "kept.example.org"}
    monkeypatch.setattr(os, "environ", given)
    local.set_up(demo=True)
    assert os.environ["DATABASE_URL"] == f"sqlite:///{ROOT / 'var' / 'demo.sqlite3'}"
    assert os.environ["WAYMARK_DEMO"] == "yes"
    assert os.environ["WAYMARK_ALLOWED_HOSTS"] == "kept.example.org"
    assert os.environ["WAYMARK_PLAIN_HTTP"] == "yes"
    assert len(os.environ["WAYMARK_SECRET_KEY"]) >= 50
