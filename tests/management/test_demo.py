"""``manage.py demo`` and ``nightly``: what stands in the way, and the demo as it is served."""

from __future__ import annotations

import contextlib
import datetime
import io
import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from learning import local
from learning.management.commands import demo, nightly
from learning.management.database import mark_as_demo, refuse_demo
from learning.models import Device, Learner
from learning.models.demo import DEMO_MARK
from tests import factories
from tests.ledger import Learner as Client
from tests.ledger import forms
from tests.server import free_port

ROOT = Path(__file__).resolve().parents[2]
# manage.py demo itself, with its files in a folder of the test's instead of the project's.
RUN = """
import pathlib, runpy, sys
from learning import local
folder = pathlib.Path(sys.argv[1])
local.DEMO_DATABASE = folder / "var" / "demo.sqlite3"
local.set_up(demo=True)
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learning.settings")
from django.conf import settings
settings.STATIC_ROOT = folder / "static"
sys.argv = ["manage.py", "demo", *sys.argv[2:]]
runpy.run_path("manage.py", run_name="__main__")
"""


@pytest.fixture
def on_sqlite() -> bool:
    return connection.vendor == "sqlite"


def mark() -> int:
    """What the open database file says that it is."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA application_id")
        return int(cursor.fetchone()[0])


# What would change the demo. Coverage, were it counted there, complains where Ctrl-C comes twice.
OTHERS = ("WAYMARK_", "DATABASE_URL", "COVERAGE_")


def demo_in(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(OTHERS)}
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(folder), *arguments],
        cwd=ROOT,
        env={**clean, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int, list[str]]]:
    """A demo that serves: its folder, its port, and what it said until then."""
    folder, port = tmp_path_factory.mktemp("demo"), free_port()
    process = demo_in(folder, str(port), "--people", "300")
    said: list[str] = []
    assert process.stdout is not None
    try:
        for line in process.stdout:
            said.append(line)
            if "stop it with Ctrl-C" in line:
                break
        yield folder, port, said
    finally:
        os.killpg(process.pid, signal.SIGINT)
        rest = process.communicate(timeout=45)[0]
    said.append(rest)
    assert process.returncode in (0, 130), said
    assert "Traceback" not in rest
    # gunicorn may note that a worker was sent the same signal; a used link is in the log, without
    # its address.
    noted = ("gunicorn.error Worker (pid:", "django.request status 410 in account:demo")
    assert [line for line in rest.splitlines() if not any(note in line for note in noted)] == []


def test_demo_serves_the_modules_and_says_where(served: tuple[Path, int, list[str]]) -> None:
    """Ctrl-C at the end (see the fixture) leaves quietly, with status 0 or 130."""
    folder, port, said = served
    link = re.compile(rf"^  http://localhost:{port}/en/account/demo/[\w-]{{22}}/$")
    assert [link.sub("  <link>", line.rstrip("\n")) for line in said] == [
        "Preparing the demo’s own database …",
        "Publishing the modules …",
        "Simulating two clinics and their people …",
        "  300 of 300 people behind the figures",
        "Collecting styles, fonts and pictures …",
        "",
        f"For patients: http://localhost:{port}/",
        "",
        "For staff, each link signs in once:",
        "",
        "  Nurse Demo North (nurse, North Clinic (simulated))",
        "  <link>",
        "",
        "  Nurse Demo Northeast (nurse, North Clinic (simulated))",
        "  <link>",
        "",
        "  Nurse Demo South (nurse, South Clinic (simulated))",
        "  <link>",
        "",
        "  Overview Demo (overview and publishing, simulated)",
        "  <link>",
        "",
        f"Waymark is at http://localhost:{port}/ – stop it with Ctrl-C.",
    ]
    reader = Client(f"http://127.0.0.1:{port}")
    home = reader.get("/en/")
    assert home.status == 200
    assert "This is a demo" in home.text
    reader.start("how-it-spreads")
    while reader.answer():
        pass
    assert len(reader.saved) >= 3
    reader.close()
    with contextlib.closing(sqlite3.connect(folder / "var" / "demo.sqlite3")) as file:
        tokens = {token for (token,) in file.execute("SELECT token FROM learning_answer")}
        mark = file.execute("PRAGMA application_id").fetchone()
        members = file.execute("SELECT count(*) FROM learning_membership").fetchone()
    assert {sent.token for sent in reader.saved} <= tokens
    assert (mark, members) == ((DEMO_MARK,), (30,))


def test_demo_says_how_far_it_is_once_in_a_while() -> None:
    said = io.StringIO()
    command = demo.Command(stdout=said)
    for made in range(250, 1501, 250):
        command.count(made, 1500)
    assert said.getvalue().splitlines() == [
        "  1,000 of 1,500 people behind the figures",
        "  1,500 of 1,500 people behind the figures",
    ]


def test_newcomer_reaches_the_nurses_page_by_the_first_link(
    served: tuple[Path, int, list[str]],
) -> None:
    """Two workers serve, so what one of them has used the other must know."""
    _, port, said = served
    path = next(line for line in said if "/en/account/demo/" in line).split(f":{port}")[1].strip()
    nurse = Client(f"http://localhost:{port}")
    form = forms(nurse.get(path).text)[0]
    page = nurse.post(path, urlencode(form.hidden))
    while page.status == 303:
        page = nurse.get(page.headers["location"])
    assert (page.status, page.path) == (200, "/en/nurse/")
    assert "Its clinics and people are simulated." in page.text
    assert "Simulated person" in page.text
    nurse.close()
    for _ in range(8):
        other = Client(f"http://127.0.0.1:{port}")
        assert other.get(path).status == 410
        other.close()


def test_demo_keeps_its_secret_for_its_owner_alone(served: tuple[Path, int, list[str]]) -> None:
    file = served[0] / "var" / "demo.secret"
    assert len(file.read_text(encoding="utf-8")) >= 50
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_demo_listens_on_this_machine_alone(served: tuple[Path, int, list[str]]) -> None:
    _, port, _ = served
    listening = Path("/proc/net/tcp")
    if not listening.exists():  # not Linux: ask the socket's other address instead
        pytest.skip("only Linux lists its listening sockets in /proc")
    rows = [line.split() for line in listening.read_text("ascii").splitlines()[1:]]
    places = {row[1] for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}")}
    assert places == {f"0100007F:{port:04X}"}


def test_demo_on_a_port_in_use_says_which_to_take(
    served: tuple[Path, int, list[str]], tmp_path: Path
) -> None:
    _, port, _ = served
    process = demo_in(tmp_path, str(port))
    said = process.communicate(timeout=30)[0]
    assert process.returncode == 1
    assert said == (
        f"CommandError: Port {port} is in use. Choose another one, for example: "
        f"python3 manage.py demo {port + 1}\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_demo_refuses_the_database_of_real_work(on_sqlite: bool, db: None) -> None:
    if not on_sqlite:  # a demo is a SQLite file by its very settings (see tests/test_manage.py)
        assert local.DEMO_DATABASE.suffix == ".sqlite3"
        return
    with pytest.raises(CommandError) as refused:
        mark_as_demo()
    assert str(refused.value) == (
        f"{connection.settings_dict['NAME']} is not a demo's database, so the demo leaves it "
        "alone. Move it away, then start the demo again."
    )
    assert mark() == 0


def test_demo_knows_its_own_database_again(on_sqlite: bool, db: None) -> None:
    if on_sqlite:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA application_id = {DEMO_MARK}")
        mark_as_demo()
        assert mark() == DEMO_MARK


@pytest.mark.parametrize(
    "command", [["content", "publish"], ["nightly"], ["invite", "nora@example.org"]]
)
def test_real_work_refuses_the_database_of_a_demo(
    on_sqlite: bool, db: None, command: list[str]
) -> None:
    if not on_sqlite:
        refuse_demo()  # no PostgreSQL database is a demo's
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA application_id = {DEMO_MARK}")
    with pytest.raises(CommandError) as refused:
        call_command(*command)
    assert str(refused.value) == (
        "This database belongs to the demo. Set DATABASE_URL to the one of your real site."
    )


def test_secret_of_a_demo_is_the_same_at_its_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So codes on slips hold. It is never that of real work, whose mail is not used either."""
    real = {
        "WAYMARK_SECRET_KEY": "real" * 20,
        "WAYMARK_SECRET_KEY_FILE": "/run/secret",
        "DATABASE_URL_FILE": "/run/database",
        "EMAIL_URL": "smtp://mail.example.org",
    }
    monkeypatch.setattr(local, "DEMO_DATABASE", tmp_path / "demo.sqlite3")

    def started() -> str:
        monkeypatch.setattr(os, "environ", dict(real))
        local.set_up(demo=True)
        assert set(os.environ) & set(real) == {"WAYMARK_SECRET_KEY"}
        return os.environ["WAYMARK_SECRET_KEY"]

    first = started()
    assert first != started()  # nothing is kept before the demo has looked at its folder
    local.keep_secret(first)
    assert (started(), started()) == (first, first)
    local.secret_file().write_text("cut off", encoding="utf-8")
    fresh = started()
    assert fresh not in ("cut off", real["WAYMARK_SECRET_KEY"], first)
    assert len(fresh) >= 50


def test_port_that_is_none_is_said() -> None:
    for port in (0, -1, 65536):
        with pytest.raises(CommandError, match=f"{port} is not a port. Choose a number"):
            demo.refuse_busy_port(port)


def test_port_of_the_system_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing(socket.socket):
        def bind(self, address: object) -> None:
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket, "socket", Refusing)
    with pytest.raises(CommandError, match=r"Port 80 is the system’s\. Choose one from 1024 up\."):
        demo.refuse_busy_port(80)


def test_free_port_is_taken() -> None:
    assert demo.refuse_busy_port(free_port()) is None  # type: ignore[func-returns-value]


def test_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CommandError) as refused:
        demo.make_folder(tmp_path / "file" / "var")
    assert str(refused.value) == (
        f"{tmp_path / 'file' / 'var'} cannot be written (Not a directory). "
        "Clone Waymark to a folder of your own."
    )


def test_demo_on_windows_names_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    command = demo.Command()
    with monkeypatch.context() as patch:
        patch.setattr(os, "name", "nt")
        with pytest.raises(CommandError, match="run it inside WSL"):
            command.handle(port=8000, people=None)


def test_nightly_erases_idle_devices_and_says_how_many(db: None) -> None:
    today = timezone.localdate()
    for days in (0, 181, 400):
        factories.device(
            learner=factories.learner(), last_used_on=today - datetime.timedelta(days=days)
        )
    out = io.StringIO()
    call_command("nightly", stdout=out)
    assert out.getvalue() == "2 idle devices erased.\n"
    assert (Device.objects.count(), Learner.objects.count()) == (1, 1)


def test_nightly_rests_between_two_periods(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six times as long as the one before took, so that whoever answers has most of the time."""
    clock = [100.0]
    rested: list[float] = []

    def rest(seconds: float) -> None:
        rested.append(seconds)
        clock[0] += seconds

    def close(*, now: datetime.datetime, say: Callable[[str], None]) -> None:
        for took in (3.0, 1.0):
            clock[0] += took
            say(f"closed after {took:.0f} s")

    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(time, "sleep", rest)
    monkeypatch.setattr(nightly, "close_due", close)
    out = io.StringIO()
    call_command("nightly", stdout=out)
    assert out.getvalue() == "closed after 3 s\nclosed after 1 s\n0 idle devices erased.\n"
    assert rested == [18.0, 6.0]
