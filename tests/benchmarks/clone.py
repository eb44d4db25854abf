"""From a clone of what is committed to a running demo, with empty caches and one command."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.site import Bench, wait_for_page
from tests.benchmarks.table import Row
from tests.server import BASE_DIR, free_port


def measure(bench: Bench) -> Iterator[Row]:
    # A bare Python, as on a fresh machine, not the one of .venv.
    python = str(Path(sys.base_prefix) / "bin" / "python3")
    folder = Path(tempfile.mkdtemp(prefix="waymark-clone-"))
    began = time.perf_counter()
    try:
        subprocess.run(
            ["git", "clone", "--quiet", "--no-local", str(BASE_DIR), str(folder / "waymark")],
            check=True,
        )
        yield Row(
            "clone to running demo",
            _demo(python, folder, began),
            "s",
            at_most=60,
            note="n=1, empty caches, packages from the network",
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _demo(python: str, folder: Path, began: float) -> float:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("WAYMARK_", "DATABASE_", "DJANGO_", "VIRTUAL_ENV"))
    }
    empty = {"XDG_CACHE_HOME": "cache", "UV_CACHE_DIR": "uv", "PIP_CACHE_DIR": "pip"}
    environment = kept | {name: str(folder / value) for name, value in empty.items()}
    port = free_port()
    with (folder / "demo.log").open("wb") as log:
        demo = subprocess.Popen(
            [python, "manage.py", "demo", str(port)],
            cwd=folder / "waymark",
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_for_page(port, demo, seconds=600)
        return time.perf_counter() - began
    except RuntimeError as error:
        raise RuntimeError(f"{error}\n{(folder / 'demo.log').read_text()}") from error
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(demo.pid, signal.SIGTERM)
        demo.wait(timeout=30)
