#!/usr/bin/env python3
"""Starts Waymark. On first use it fills .venv from the requirement files, then starts again inside.

This file runs on a bare Python, also on one that is too old, so it uses the standard library only
and says in one sentence what is in the way.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys

OLDEST = (3, 11)
HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(HERE, ".venv")
VENV_PYTHON = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin", "python")
FILLED = "WAYMARK_VENV_FILLED"

# What can be run on any clone, without a setting. Everything else is real work.
ON_ANY_CLONE = (["demo"], ["content", "lint"], ["content", "draw"], ["makemigrations"])

# What needs the development packages, and the module that runs it.
FOR_DEVELOPERS = {"test": "tests.run", "benchmarks": "tests.benchmarks"}

# The files name every package. Left to look for what each of them needs, pip takes the newest
# coverage for pytest-cov's "coverage[toml]", and stops because that one has no hash.
PINNED_ONLY = ("--require-hashes", "--no-deps")


def stop(sentence):  # type: (str) -> None
    sys.exit("Waymark: " + sentence)


def pins(dev):  # type: (bool) -> dict[str, str]
    """Name and pinned version of each direct requirement, as in pyproject.toml."""
    import tomllib

    with open(os.path.join(HERE, "pyproject.toml"), "rb") as file:
        project = tomllib.load(file)
    wanted = project["project"]["dependencies"] + (project["dependency-groups"]["dev"] * dev)
    names = {one_spelling(re.split(r"[\[<>=!~ ;]", line, maxsplit=1)[0]) for line in wanted}
    with open(requirements(dev), encoding="utf-8") as file:
        found = re.findall(r"^([a-z0-9_.-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", file.read(), re.M | re.I)
    return {name: version for name, version in found if one_spelling(name) in names}


def one_spelling(name):  # type: (str) -> str
    """A package's name as indexes compare it: ruamel.yaml and ruamel-yaml are the same."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements(dev):  # type: (bool) -> str
    return os.path.join(HERE, "requirements-dev.txt" if dev else "requirements.txt")


def missing(dev):  # type: (bool) -> list[str]
    """The direct requirements that are not installed here in their pinned version."""
    from importlib import metadata

    lacking = []
    for name, version in pins(dev).items():
        try:
            fits = metadata.version(name) == version
        except metadata.PackageNotFoundError:
            fits = False
        if not fits:
            lacking.append(name + " " + version)
    return lacking


@contextlib.contextmanager
def alone():  # type: () -> Iterator[None]
    """Only one Waymark at a time fills .venv; another one waits its turn."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with open(os.path.abspath(__file__), "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make_venv(uv):  # type: (str | None) -> None
    import importlib.util

    if os.path.exists(VENV_PYTHON):
        return
    lacks = importlib.util.find_spec("venv") is None
    if lacks or (uv is None and importlib.util.find_spec("ensurepip") is None):
        stop(
            "this Python has no venv module. Install it (on Debian and Ubuntu: "
            "apt install python3-venv), then run the same command again."
        )
    import venv

    print("Making a place for Waymark's packages in .venv …", flush=True)
    try:
        venv.EnvBuilder(clear=True, with_pip=uv is None, symlinks=os.name != "nt").create(VENV)
    except (OSError, subprocess.CalledProcessError) as error:
        stop("the folder .venv could not be made: {}. Is this folder read-only?".format(error))


def fill_venv(dev):  # type: (bool) -> None
    """Install the pinned packages into .venv, through uv where it is there, else through pip."""
    file = requirements(dev)
    uv = shutil.which("uv")
    make_venv(uv)
    print("Installing the pinned packages. This happens once …", flush=True)
    if uv:
        command = [uv, "pip", "install", "--python", VENV_PYTHON, *PINNED_ONLY, "-r", file]
        code = subprocess.call(command)
    else:
        code = pip_install(file)
    if code:
        stop(
            "the packages could not be installed (see above). Check the network, then run the "
            "same command again; if that does not help, delete the folder .venv first."
        )


def pip_install(file):  # type: (str) -> int
    """Run pip and show how far it is, in one line on a terminal and a line per ten elsewhere."""
    with open(file, encoding="utf-8") as pinned:
        total = len(re.findall(r"^[a-z0-9]", pinned.read(), re.M | re.I))
    command = [VENV_PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
    command += ["--no-input", "--progress-bar", "off", *PINNED_ONLY, "-r", file]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True
    )
    assert process.stdout is not None
    seen, kept = 0, []
    for line in process.stdout:
        kept.append(line)
        if line.startswith(("Collecting", "Installing collected")):
            seen += 1
            text = "  unpacking …" if line.startswith("Inst") else "  {} of {}".format(seen, total)
            if sys.stdout.isatty():
                print("\r\033[K" + text, end="", flush=True)
            elif seen % 10 == 0 or line.startswith("Inst"):
                print(text, flush=True)
    if sys.stdout.isatty():
        print()
    if process.wait():
        print("".join(kept[-15:]), file=sys.stderr)
    return process.returncode


def start_again():  # type: () -> None
    """Run this very command with the Python of .venv."""
    arguments = [VENV_PYTHON, os.path.abspath(__file__), *sys.argv[1:]]
    sys.stdout.flush()
    if os.name == "nt":
        sys.exit(subprocess.call(arguments))
    os.execv(VENV_PYTHON, arguments)


def have_packages(dev):  # type: (bool) -> None
    """Return where all packages are installed; otherwise start again where they are."""
    lacking = missing(dev)
    if not lacking:
        return
    inside = os.path.realpath(sys.prefix) == os.path.realpath(VENV)
    if inside and os.environ.get(FILLED):
        stop("still missing after the installation: {}. Delete .venv.".format(", ".join(lacking)))
    with alone():
        if not os.path.exists(VENV_PYTHON) or (inside and missing(dev)):
            fill_venv(dev)
            os.environ[FILLED] = "1"
    start_again()


def main():  # type: () -> None
    if sys.version_info < OLDEST:
        stop(
            "this is Python {}.{}, and Waymark needs Python {}.{} or newer.".format(
                *(tuple(sys.version_info[:2]) + OLDEST)
            )
        )
    arguments = sys.argv[1:]
    tool = FOR_DEVELOPERS.get(arguments[0]) if arguments else None
    have_packages(dev=tool is not None)
    os.environ.pop(FILLED, None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learning.settings")
    if tool:
        run_tool(tool, arguments[1:])
    if any(arguments[: len(words)] == words for words in ON_ANY_CLONE):
        from learning import local

        local.set_up(demo=arguments[0] == "demo")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def run_tool(module, arguments):  # type: (str, list[str]) -> None
    """Run the test suite or the benchmarks. Without arguments: all of it."""
    os.chdir(HERE)
    sys.exit(subprocess.call([sys.executable, "-m", module, *arguments]))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
