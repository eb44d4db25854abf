"""Where a person stands."""

import pytest

from learning.rules.progress import Asked, module_state, next_section, standing_by_objective


def test_standing_is_known_only_when_every_latest_try_was_right() -> None:
    asked = [
        Asked("names", "right"),
        Asked("routes", "right"),
        Asked("routes", "not_right"),
        Asked("nodes", "unsure"),
        Asked("fault", "right"),
        Asked("fault", None),
    ]
    assert standing_by_objective(asked) == {
        "names": "known",
        "routes": "look_again",
        "nodes": "look_again",
        "fault": "open",
    }


@pytest.mark.parametrize(
    ("read", "open_check", "finished", "state"),
    [
        ([], False, False, "new"),
        (["one"], False, False, "reading"),
        (["gone"], False, False, "new"),
        (["one", "two"], False, False, "read"),
        (["one"], True, False, "checking"),
        ([], False, True, "finished"),
        (["one"], True, True, "finished"),
    ],
)
def test_module_state(read: list[str], open_check: bool, finished: bool, state: str) -> None:
    found = module_state(
        sections=["one", "two"], read=read, open_check=open_check, finished=finished
    )
    assert found == state


def test_a_module_without_sections_is_new() -> None:
    assert module_state(sections=[], read=[], open_check=False, finished=False) == "new"


@pytest.mark.parametrize(
    ("read", "expected"), [([], "one"), (["two"], "one"), (["one"], "two"), (["one", "two"], None)]
)
def test_next_section_is_the_first_not_read(read: list[str], expected: str | None) -> None:
    assert next_section(["one", "two"], read) == expected
