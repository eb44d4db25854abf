"""Reading a library: what a valid one holds, and that no file can break the reader."""

from __future__ import annotations

import datetime
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.content import schema
from learning.content.files import LARGEST_FILE, File
from learning.content.modules import ModuleReader, names_in
from learning.content.phrases import PHRASES
from learning.content.reading import Reading, read_library
from learning.content.registries import Registries, read_registries
from learning.content.schema import Fault
from learning.reports.content import read_content
from learning.rules import readability
from tests.factories import (
    FACTS,
    GLOSSARY,
    MISCONCEPTIONS,
    SOURCES,
    TODAY,
    as_yaml,
    fact,
    library,
    library_folder,
    module,
    one_question,
    pairs_question,
    routes_section,
    several_question,
    steps_question,
    steps_section,
)

PATH = "modules/how-it-spreads/en.yaml"


def lines(reading: Reading) -> list[str]:
    return [str(fault) for fault in reading.faults]


def test_library_that_is_valid_has_no_faults_and_no_warnings(tmp_path: Path) -> None:
    reading = read_content(library_folder(folder=tmp_path), today=TODAY)
    assert lines(reading) == []
    assert reading.library is not None
    assert list(reading.library.modules) == [("how-it-spreads", "en")]


def test_module_holds_what_its_file_says(tmp_path: Path) -> None:
    read = library(folder=tmp_path).modules["how-it-spreads", "en"]
    assert (read.title, read.summary, read.part, read.minutes) == (
        "How breast cancer spreads",
        "How the cells move.",
        "basics",
        5,
    )
    assert (read.reviewed, read.review_due) == (
        datetime.date(2026, 11, 25),
        datetime.date(2027, 11, 25),
    )
    assert read.pemat == schema.Pemat(94, 86)
    assert read.objectives == {
        "routes": "How cells can move.",
        "steps": "What a cell does first.",
    }
    assert read.teach_back == {
        "routes": "How would you tell a friend the ways that cells can move?",
        "steps": "In your own words, what does a cell do first?",
    }
    first, second = read.sections
    assert (first.key, first.title, first.objectives, first.door) == (
        "three-routes",
        "Three ways to spread",
        ("routes",),
        None,
    )
    assert first.body.facts == ("D-2.1", "D-2.2")
    assert first.body.words == ("lymph-system",)
    assert first.picture is not None
    assert (first.picture.file, first.picture.caption) == (
        "three-routes.en.svg",
        "There are three ways.",
    )
    assert (second.picture, second.door) == (None, schema.Door("How a cell leaves.", 2))


def test_questions_hold_what_their_file_says(tmp_path: Path) -> None:
    one, several, pairs, steps = library(folder=tmp_path).modules["how-it-spreads", "en"].questions
    assert one == schema.Question(
        key="routes-one",
        version=1,
        objective="routes",
        section="three-routes",
        form="a",
        kind="one",
        stem="Which is a way that cancer can spread?",
        hint="Choose one.",
        truth="Cancer can spread through the lymph system.",
        facts=("D-2.1",),
        action=None,
        in_order=False,
        choices=(
            schema.Choice("lymph", "Through lymph", "It is a way.", True, None, ()),
            schema.Choice(
                "touch",
                "Through touch",
                "You cannot catch it.",
                False,
                "spreads-by-touch",
                ("D-2.29",),
            ),
        ),
    )
    assert (several.hint, several.mixups) == ("Choose all that apply.", ("spreads-by-touch",))
    assert (pairs.hint, pairs.each_once) == ("Choose one for each.", True)
    assert pairs.places == (schema.Place("first", "First"), schema.Place("second", "Second"))
    assert pairs.parts == pairs.items
    assert steps.action == schema.Action("tell", "Tell your team.")


def test_degrees_of_a_question_stay_beside_their_number(tmp_path: Path) -> None:
    asked = one_question(stem="Your temperature is  38.6 °C (101.5 °F). What now?")
    questions = [asked, several_question(), pairs_question(), steps_question()]
    found = library(folder=tmp_path, modules=[module(questions=questions)])
    assert found.modules["how-it-spreads", "en"].questions[0].stem == (
        "Your temperature is 38.6\N{NO-BREAK SPACE}°C (101.5\N{NO-BREAK SPACE}°F). What now?"
    )


def test_meaning_is_the_same_in_whatever_order_it_is_written(tmp_path: Path) -> None:
    question = library(folder=tmp_path / "one").modules["how-it-spreads", "en"].questions[0]
    turned = one_question(choices=list(reversed(one_question()["choices"])))
    other = library(
        folder=tmp_path / "other",
        modules=[
            module(questions=[turned, several_question(), pairs_question(), steps_question()])
        ],
    )
    assert other.modules["how-it-spreads", "en"].questions[0].meaning() == question.meaning()
    assert question.meaning() == {
        "kind": "one",
        "objective": "routes",
        "form": "a",
        "section": "three-routes",
        "choices": [
            {"key": "lymph", "right": True, "misconception": None},
            {"key": "touch", "right": False, "misconception": "spreads-by-touch"},
        ],
    }


def test_meaning_of_pairs_has_its_places(tmp_path: Path) -> None:
    question = library(folder=tmp_path).modules["how-it-spreads", "en"].questions[2]
    assert question.meaning() == {
        "kind": "pairs",
        "objective": "steps",
        "form": "a",
        "section": "five-steps",
        "items": [
            {"key": "break-out", "place": "first", "misconception": None},
            {"key": "grow", "place": "second", "misconception": "grows-first"},
        ],
        "places": ["first", "second"],
        "each_once": True,
    }


def test_stored_data_of_sections_and_questions(tmp_path: Path) -> None:
    content = library(folder=tmp_path)
    read = content.modules["how-it-spreads", "en"]
    source = {
        "key": "s12",
        "title": "How cancer spreads",
        "publisher": "A health service",
        "year": 2024,
        "url": "https://example.org/spread",
    }
    charity = {
        "key": "s13",
        "title": "Words for patients",
        "publisher": "A charity",
        "year": None,
        "url": "",
    }
    ways = {
        "id": "D-2.1",
        "statement": "Cancer can spread in three ways.",
        "certainty": "page",
        "sources": [source],
    }
    touch = {
        "id": "D-2.29",
        "statement": "You cannot catch cancer by touch.",
        "certainty": "page",
        "sources": [charity],
    }
    section = content.section_data(read.sections[0])
    assert section["picture"] == {
        "svg": (
            '<svg viewBox="0 0 40 20"><title>Three ways</title>'
            '<path class="line" d="M2 10 H38"/></svg>'
        ),
        "caption": "There are three ways.",
        "twin": "<p>A line goes from left to right.</p>",
    }
    assert section["door"] is None
    assert [row["id"] for row in section["statements"]] == ["D-2.1", "D-2.2"]
    assert section["statements"][0] == ways
    assert content.section_data(read.sections[1])["door"] == {
        "covers": "How a cell leaves.",
        "minutes": 2,
    }
    assert content.wording_data(read.questions[0]) == {
        "stem": "Which is a way that cancer can spread?",
        "hint": "Choose one.",
        "truth": "Cancer can spread through the lymph system.",
        "action": None,
        "in_order": False,
        "choices": [
            {"key": "lymph", "text": "Through lymph", "why": "It is a way."},
            {"key": "touch", "text": "Through touch", "why": "You cannot catch it."},
        ],
    }
    wording = content.wording_data(read.questions[2])
    assert wording["places"] == [
        {"key": "first", "text": "First"},
        {"key": "second", "text": "Second"},
    ]
    assert [item["key"] for item in wording["items"]] == ["break-out", "grow"]
    assert content.wording_data(read.questions[3])["action"] == {
        "kind": "tell",
        "text": "Tell your team.",
    }
    assert content.behind(read.questions[0]) == {
        "mixups": {
            "spreads-by-touch": {
                "wording": "Cancer spreads by touch",
                "correction": "Nobody can catch cancer.",
            }
        },
        "statements": [ways, touch],
    }
    assert content.words_of(read) == [
        {
            "key": "lymph-system",
            "word": "lymph system",
            "say": "limf",
            "meaning": "A net of thin tubes that drains fluid from the body.",
        }
    ]
    assert content.sources_of(read) == [source, charity]
    assert content.position("how-it-spreads") == 1
    assert content.part_title("how-it-spreads", "en") == "The basics"


def test_modules_come_in_the_order_of_the_parts(tmp_path: Path) -> None:
    parts = [
        {"key": "basics", "title": {"en": "The basics"}, "modules": ["z"]},
        {"key": "more", "title": {"en": "More"}, "modules": ["a"]},
    ]
    content = library(
        folder=tmp_path,
        modules=[module(slug="a", part="more"), module(slug="z")],
        parts=parts,
    )
    assert list(content.modules) == [("z", "en"), ("a", "en")]
    assert (content.position("a"), content.part_title("a", "en")) == (2, "More")


def test_module_in_a_second_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PHRASES, "es", PHRASES["en"])
    content = library(
        folder=tmp_path,
        modules=[module(), module(language="es")],
        parts=[
            {
                "key": "basics",
                "title": {"en": "The basics", "es": "Lo básico"},
                "modules": ["how-it-spreads"],
            }
        ],
    )
    assert list(content.modules) == [("how-it-spreads", "en"), ("how-it-spreads", "es")]
    html = content.modules["how-it-spreads", "es"].sections[0].body.html
    assert '<a href="/es/words/#lymph-system">' in html
    assert content.part_title("how-it-spreads", "es") == "Lo básico"


def test_files_that_are_missing_are_named(tmp_path: Path) -> None:
    (tmp_path / "modules" / "x" / "en.yaml").mkdir(parents=True)
    assert lines(read_content(tmp_path, today=TODAY)) == [
        "facts.yaml:1:1 – this file is missing or cannot be read",
        "glossary.yaml:1:1 – this file is missing or cannot be read",
        "misconceptions.yaml:1:1 – this file is missing or cannot be read",
        "modules/x/en.yaml:1:1 – this file cannot be read",
        "parts.yaml:1:1 – this file is missing or cannot be read",
        "sources.yaml:1:1 – this file is missing or cannot be read",
    ]


def test_module_alone_is_not_blamed_for_registries_that_cannot_be_read(tmp_path: Path) -> None:
    library_folder(folder=tmp_path)
    for registry in ("facts", "glossary", "misconceptions", "parts", "sources"):
        (tmp_path / f"{registry}.yaml").write_text("a: [", encoding="utf-8")
    reading = read_content(tmp_path, today=TODAY)
    assert {fault.path for fault in reading.faults} == {
        "facts.yaml",
        "glossary.yaml",
        "misconceptions.yaml",
        "parts.yaml",
        "sources.yaml",
    }
    assert {fault.text for fault in reading.faults} == {
        (
            "this is not YAML: while parsing a flow node, expected the node content, but found "
            "'<stream end>'"
        )
    }


def test_warnings_refuse_nothing(tmp_path: Path) -> None:
    """A past review date, a long sentence, a listed module without a file, a hard section."""
    file = module(
        reviewed=datetime.date(2025, 1, 1),
        review_due=datetime.date(2026, 11, 24),
        sections=[
            routes_section(picture=None),
            steps_section(
                body=(
                    "First a cell breaks out.\n"
                    "It can go on and on to the end of the day and then some more of it and so "
                    "on and on and on. {–}\n\n"
                    "Doctors examine affected tissue. Patients consider several alternatives.\n"
                    "Experienced specialists recommend individual appointments. {–}\n"
                )
            ),
        ],
    )
    folder = library_folder(
        folder=tmp_path,
        modules=[file],
        parts=[
            {"key": "basics", "title": {"en": "B"}, "modules": ["how-it-spreads", "not-yet"]},
        ],
    )
    reading = read_content(folder, today=TODAY)
    assert reading.library is not None
    assert [(fault.severity, str(fault)) for fault in reading.faults] == [
        ("warning", f"{PATH}:8:13 review_due – this review was due on 2026-11-24"),
        ("warning", f"{PATH}:20:1 sections – SMOG 9.2 over the module; aim at 8"),
        ("warning", f"{PATH}:33:3 sections[1] – reading grade 7.0; aim at 6"),
        ("warning", f"{PATH}:39:5 sections[1] – a sentence of 25 words; aim at 20 at most"),
        ("warning", "parts.yaml:6:5 [0].modules[1] – module “not-yet” has no file yet"),
    ]


def test_prompts_of_any_open_kind_are_welcome(tmp_path: Path) -> None:
    """What a friend asks in “ ” may be answered by yes or no; the prompts come in one order."""
    prompts = {
        "steps": "A friend asks, “Is it my fault?” How would you answer?",
        "routes": "If your legs felt weak, whom would you call? What would you say?",
    }
    folder = library_folder(folder=tmp_path, modules=[module(teach_back=prompts)])
    reading = read_content(folder, today=TODAY)
    assert lines(reading) == []
    assert reading.library is not None
    read = reading.library.modules["how-it-spreads", "en"]
    assert list(read.teach_back.items()) == [
        ("routes", prompts["routes"]),
        ("steps", prompts["steps"]),
    ]


def test_prompts_that_are_hard_to_say_warn(tmp_path: Path) -> None:
    """Over twenty words at once; or between the grade to aim at and the one that is refused."""
    long = (
        "If a friend of yours asks what a cell has to do at first, how would you put it to her or "
        "to him?"
    )
    hard = "How would you explain to a friend what every cancer cell has to do before another step?"
    folder = library_folder(
        folder=tmp_path, modules=[module(teach_back={"routes": long, "steps": hard})]
    )
    reading = read_content(folder, today=TODAY)
    assert reading.library is not None
    assert [(fault.severity, str(fault)) for fault in reading.faults] == [
        ("warning", f"{PATH}:17:11 teach_back.routes – a sentence of 24 words; aim at 20 at most"),
        ("warning", f"{PATH}:18:10 teach_back.steps – reading grade 7.0; aim at 6"),
    ]


def test_review_date_of_today_is_not_past(tmp_path: Path) -> None:
    file = module(reviewed=TODAY, review_due=TODAY)
    assert lines(read_content(library_folder(folder=tmp_path, modules=[file]), today=TODAY)) == []


def test_grades_of_sections_and_of_the_module(tmp_path: Path) -> None:
    grades = read_content(library_folder(folder=tmp_path), today=TODAY).grades
    assert [(grade.slug, grade.language, grade.section) for grade in grades] == [
        ("how-it-spreads", "en", "three-routes"),
        ("how-it-spreads", "en", "five-steps"),
        ("how-it-spreads", "en", ""),
    ]
    assert all(grade.smog == pytest.approx(3.1291) for grade in grades)


def test_place_in_a_text_that_is_no_block(tmp_path: Path) -> None:
    """Places are exact in texts of one line; in folded ones they are where the text begins."""
    path = library_folder(folder=tmp_path) / PATH
    text = path.read_text(encoding="utf-8")
    block = text[text.index("  body: |\n    First") : text.index("  door:")]
    path.write_text(text.replace(block, '  body: "First {D-9.9}"\n'), encoding="utf-8")
    assert lines(read_content(tmp_path, today=TODAY)) == [
        f"{PATH}:42:17 sections[1].body – fact D-9.9 is not in facts.yaml"
    ]
    path.write_text(
        text.replace(block, "  body: >\n    First\n    and {D-9.9}\n"), encoding="utf-8"
    )
    assert lines(read_content(tmp_path, today=TODAY)) == [
        f"{PATH}:42:9 sections[1].body – fact D-9.9 is not in facts.yaml"
    ]


def test_lines_may_end_as_on_windows(tmp_path: Path) -> None:
    path = library_folder(folder=tmp_path) / PATH
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert lines(read_content(tmp_path, today=TODAY)) == []


def test_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = library_folder(folder=tmp_path) / PATH
    path.write_bytes(b"#" * (LARGEST_FILE + 1))
    assert lines(read_content(tmp_path, today=TODAY)) == [
        f"{PATH}:1:1 – larger than 1 MB; split it"
    ]


def test_text_that_is_too_long_is_not_rendered(tmp_path: Path) -> None:
    sections = [routes_section(body="[[" * 2_501 + "\n"), steps_section()]
    folder = library_folder(folder=tmp_path, modules=[module(sections=sections)])
    assert lines(read_content(folder, today=TODAY)) == [
        f"{PATH}:24:9 sections[0].body – 5003 characters; expected 5000 at most"
    ]


def test_registry_entries_with_only_what_they_need(tmp_path: Path) -> None:
    """Optional keys may be left out; a fact from memory may have no source."""
    content = library(
        folder=tmp_path,
        facts={**FACTS, "NEW-3a": fact(sources=[], certainty="memory")},
        sources=SOURCES,
        misconceptions={
            **MISCONCEPTIONS,
            "other": {
                "wording": "W",
                "correction": "C",
                "evidence": ["T-6.1", "M-2"],
                "facts": [],
            },
        },
        glossary={**GLOSSARY, "cell": {"word": "cell", "short": "s", "meaning": "m", "facts": []}},
    )
    assert content.facts["NEW-3a"] == schema.Fact(
        "NEW-3a", "Cancer can spread in three ways.", (), "memory"
    )
    assert content.misconceptions["other"] == schema.Misconception(
        "other", "W", "C", False, ("T-6.1", "M-2"), ()
    )
    assert content.words["cell"] == schema.Word("cell", "cell", "", "s", "m", (), ())
    assert content.sources["s13"] == schema.Source("s13", "Words for patients", "A charity")


def test_faults_without_a_key_path_show_no_gap() -> None:
    assert str(Fault("a.yaml", 1, 2, "", "empty")) == "a.yaml:1:2 – empty"
    assert str(Fault("a.yaml", 1, 2, "b[0]", "empty")) == "a.yaml:1:2 b[0] – empty"


# No file breaks the reader


@pytest.fixture(scope="module")
def valid(tmp_path_factory: pytest.TempPathFactory) -> tuple[Registries, bytes, Path]:
    """The registries and the module file of a valid library, and where it lies."""
    folder = library_folder(folder=tmp_path_factory.mktemp("valid"))
    return read_registries(folder, []), (folder / PATH).read_bytes(), folder


def read(found: Registries, data: bytes, folder: Path) -> list[Fault]:
    """The faults of a module file, each of them at a place."""
    faults: list[Fault] = []
    reader = ModuleReader(found, set(), readability.measure, TODAY)
    reader.read(File(PATH, faults), data, folder / "modules" / "how-it-spreads")
    assert all(fault.line >= 1 and fault.column >= 1 for fault in faults)
    return faults


@settings(max_examples=60)
@given(data=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_reader_answers_any_bytes_with_faults(data: bytes) -> None:
    """R-065."""
    assert read(Registries(), data, Path())


_PIECES = [
    *("{", "}", "[", "]", "|", ">", "&a ", "*a", "!!int ", "? ", "- ", ": ", "#", '"', "'", "%"),
    *("\n", "\n\n", "    ", "[[", "]]", "::: tell\n", ":::\n", "<b>", '"\\x"', '"\\U99999999"'),
    *("\t", "\r", "\x85", "---\n", "<<: ", "1e999", "~", "!!binary ", "%YAML 1.1\n---\n", "+ a"),
]


@settings(max_examples=60)
@given(
    edits=st.lists(
        st.tuples(st.integers(0, 4000), st.integers(0, 60), st.sampled_from(_PIECES)),
        min_size=1,
        max_size=4,
    )
)
def test_reader_answers_any_edit_of_a_valid_file(
    edits: list[tuple[int, int, str]], valid: tuple[Registries, bytes, Path]
) -> None:
    """R-065: a piece put anywhere, over anything."""
    found, data, folder = valid
    for place, length, piece in edits:
        data = data[:place] + piece.encode() + data[place + length :]
    read(found, data, folder)


def test_reader_answers_truncations_and_bit_flips(valid: tuple[Registries, bytes, Path]) -> None:
    """R-065: cut after each 150 bytes, and 60 single bits turned over."""
    found, data, folder = valid
    for end in range(0, len(data), 150):
        assert read(found, data[:end], folder), f"cut at {end}"
    random_bits = random.Random(65)
    for _ in range(60):
        place = random_bits.randrange(len(data))
        turned = bytearray(data)
        turned[place] ^= 1 << random_bits.randrange(8)
        read(found, bytes(turned), folder)


def test_as_yaml_writes_texts_of_several_lines_as_blocks() -> None:
    assert as_yaml({"a": ["b", {"c": "d\ne\n"}]}) == "a:\n- b\n- c: |\n    d\n    e\n"


# One file in the place of another


def test_given_file_is_read_in_its_place_and_the_others_are_not(tmp_path: Path) -> None:
    folder = library_folder(folder=tmp_path, modules=[module(), module(slug="bones")])
    (folder / "modules/bones/en.yaml").write_text("broken: [")
    given = as_yaml(module(title="Ways to spread")).encode()
    reading = read_library(folder, today=TODAY, measure=readability.measure, instead={PATH: given})
    assert lines(reading) == []
    assert reading.library is not None
    assert [file.title for file in reading.library.modules.values()] == ["Ways to spread"]
    assert {grade.slug for grade in reading.grades} == {"how-it-spreads"}


def test_given_file_needs_not_be_there(tmp_path: Path) -> None:
    parts = [{"key": "basics", "title": {"en": "Basics"}, "modules": ["how-it-spreads", "new"]}]
    folder = library_folder(folder=tmp_path, parts=parts)
    sections = [routes_section(picture=None), steps_section()]
    given = as_yaml(module(slug="new", sections=sections)).encode()
    reading = read_library(
        folder,
        today=TODAY,
        measure=readability.measure,
        instead={"modules/new/en.yaml": given},
    )
    assert lines(reading) == []
    assert reading.library is not None
    assert list(reading.library.modules) == [("new", "en")]


def test_file_with_more_values_than_anybody_writes_is_refused(tmp_path: Path) -> None:
    given = f"x: [{'a,' * 30_000}]".encode()
    reading = read_library(
        library_folder(folder=tmp_path),
        today=TODAY,
        measure=readability.measure,
        instead={PATH: given},
    )
    assert lines(reading) == [f"{PATH}:1:19999 – this is not YAML: more than 10,000 values"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("slug: bones\nlanguage: en\n", ("bones", "en")),
        ("language:  'en' # so\nx: [[[\nslug: \"bones\"", ("bones", "en")),
        ("slug: bones\r\nlanguage: es-mx\r\n", ("bones", "es-mx")),
        ("slug: bones\n", None),
        ("  slug: bones\n  language: en\n", None),
        ("slug: Bones\nlanguage: en\n", None),
        ("slug: ../bones\nlanguage: en\n", None),
        (f"slug: {'b' * 61}\nlanguage: en\n", None),
        ("", None),
    ],
)
def test_names_are_found_also_in_a_broken_file(text: str, names: tuple[str, str] | None) -> None:
    assert names_in(text) == names


def test_more_sections_and_questions_than_anybody_reads_are_refused(tmp_path: Path) -> None:
    questions = [one_question(key=f"q-{number}", stem=f"Is it {number}?") for number in range(41)]
    reading = read_content(
        library_folder(folder=tmp_path, modules=[module(questions=questions)]), today=TODAY
    )
    assert any(
        line.endswith("questions – 41 in this list; expected 40 at most") for line in lines(reading)
    )
