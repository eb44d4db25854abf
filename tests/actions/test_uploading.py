"""Keeping an uploaded file, discarding it, publishing it, and letting old ones go."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from learning.actions import publishing, uploading
from learning.actions.uploading import (
    LARGEST,
    NothingChanged,
    NotKept,
    NotOpen,
    discard,
    forget_drafts,
    publish_draft,
    upload,
)
from learning.models import AuditEntry, Draft, Edition, StaffMember
from tests import factories
from tests.factories import NOW, as_yaml, library, module, one_question

pytestmark = pytest.mark.django_db
GOOD = as_yaml(module(title="Ways to spread"))
DAY = datetime.timedelta(days=1)


@pytest.fixture
def paula() -> StaffMember:
    return factories.staff_member(name="Paula Publisher", publisher=True)


def put(paula: StaffMember, text: str = GOOD, *, name: str = "en.yaml") -> Draft:
    return upload(data=text.encode(), file_name=name, by=paula, now=NOW)


def out(draft: Draft, folder: Path, paula: StaffMember, **changes: Any) -> Edition:
    """Publish a draft of the module with these changes, in place of edition 1."""
    given = {name: changes.pop(name) for name in ("replaces", "same_meaning") if name in changes}
    return publish_draft(
        draft=draft,
        library=library(folder=folder, modules=[module(**changes)]),
        by=paula,
        now=NOW,
        **{"replaces": 1, "same_meaning": False, **given},
    )


def entries() -> list[tuple[str, str, str]]:
    found = AuditEntry.objects.exclude(actor="operator")
    return list(found.values_list("actor", "verb", "object_key"))


def test_file_is_kept_with_who_uploaded_it_and_what_it_names(paula: StaffMember) -> None:
    draft = put(paula, "\ufeff" + GOOD.replace("\n", "\r\n"), name="C:\\files\\My\u202e <b>.yaml")
    draft.refresh_from_db()
    assert (draft.slug, draft.language, draft.file_name) == ("how-it-spreads", "en", "My b.yaml")
    assert (draft.text, draft.uploaded_by, draft.uploaded_at) == (GOOD, paula, NOW)
    assert (draft.is_open, draft.path) == (True, "modules/how-it-spreads/en.yaml")
    key = f"how-it-spreads/en/upload/{draft.key}"
    assert entries() == [(paula.actor, "uploaded", key)]


def test_broken_file_is_kept_where_it_names_its_module(paula: StaffMember) -> None:
    assert put(paula, 'language: en\nslug: "bones" # here\nsections: [[[').slug == "bones"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty."),
        (b" \n\t\n", "The file is empty."),
        (b"slug: bones\nlanguage: \xff", "The file is not UTF-8 text: line 2 cannot be read."),
        (GOOD.encode("utf-16"), "The file is not UTF-8 text: line 1 cannot be read."),
        (b"slug: bones\nlanguage: en\n\0", "The file holds characters that no text has."),
        (b"a" * (LARGEST + 1), "The file is larger than 150 KB."),
        (b"- slug: bones\n  language: en\n", "This is not a module file: it has no line"),
        (b"slug: bones\n", "This is not a module file"),
        (b"slug: ../../etc\nlanguage: en\n", "This is not a module file"),
        (b"slug: bones\nlanguage: ../en\n", "This is not a module file"),
        (b"slug: " + b"a" * 61 + b"\nlanguage: en\n", "This is not a module file"),
        (b"\x89PNG\r\n\x1a\n\0\0", "The file is not UTF-8 text: line 1 cannot be read."),
    ],
)
def test_what_is_no_module_file_is_not_kept(paula: StaffMember, data: bytes, said: str) -> None:
    with pytest.raises(NotKept) as refused:
        upload(data=data, file_name="x", by=paula, now=NOW)
    assert str(refused.value).startswith(said)
    assert not Draft.objects.exists()
    assert entries() == []


@pytest.mark.parametrize(
    ("name", "tidied"),
    [
        ("bones (2).en.yaml", "bones (2).en.yaml"),
        ("../../etc/passwd", "passwd"),
        ("\u202elmay.ne\n<script>", "lmay.nescript"),
        ("", "module.yaml"),
        ("/", "module.yaml"),
        ("a" * 300, "a" * 80),
    ],
)
def test_file_name_is_tidied(name: str, tidied: str) -> None:
    assert uploading.tidy_name(name) == tidied


def test_open_drafts_are_bounded(paula: StaffMember, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "MOST_OPEN", 2)
    first, _ = put(paula), put(paula)
    with pytest.raises(NotKept, match="2 uploads are waiting already"):
        put(paula)
    discard(draft=first, by=paula, now=NOW)
    put(paula)


def test_discarded_draft_has_no_text_and_stays_discarded(paula: StaffMember) -> None:
    draft = put(paula)
    discard(draft=draft, by=paula, now=NOW + DAY)
    draft.refresh_from_db()
    assert (draft.text, draft.discarded_at, draft.is_open) == ("", NOW + DAY, False)
    with pytest.raises(NotOpen):
        discard(draft=draft, by=paula, now=NOW)
    assert [verb for _, verb, _ in entries()] == ["uploaded", "discarded"]


# Publishing


def test_draft_is_published_as_uploaded_and_publishing_the_files_leaves_it_alone(
    edition: Edition, paula: StaffMember, tmp_path: Path
) -> None:
    draft = put(paula)
    made = out(draft, tmp_path, paula, title="Ways to spread")
    assert (made.number, made.title, made.current, made.uploaded) == (
        2,
        "Ways to spread",
        True,
        True,
    )
    draft.refresh_from_db()
    assert draft.published_as == made
    assert [entry[1:] for entry in entries()] == [
        ("uploaded", f"how-it-spreads/en/upload/{draft.key}"),
        ("published", "how-it-spreads/en/2"),
        ("published upload", f"how-it-spreads/en/upload/{draft.key}"),
    ]
    (change,) = publishing.publish(library(folder=tmp_path), actor="operator", now=NOW)
    assert change.outcome == "left alone, because its current edition was uploaded by hand"
    with pytest.raises(NotOpen):
        out(draft, tmp_path, paula, title="Once more", replaces=2)


def test_first_edition_of_a_module_replaces_none(paula: StaffMember, tmp_path: Path) -> None:
    assert out(put(paula), tmp_path, paula, replaces=0).number == 1


@pytest.mark.parametrize("replaces", [0, 2, 7])
def test_draft_replaces_only_the_edition_that_was_looked_at(
    edition: Edition, paula: StaffMember, tmp_path: Path, replaces: int
) -> None:
    draft = put(paula)
    with pytest.raises(publishing.NotCurrent):
        out(draft, tmp_path, paula, title="Ways", replaces=replaces)
    draft.refresh_from_db()
    assert draft.is_open
    assert Edition.objects.get() == edition


def test_nothing_is_published_where_nothing_changed(
    edition: Edition, paula: StaffMember, tmp_path: Path
) -> None:
    draft = put(paula)
    with pytest.raises(NothingChanged):
        out(draft, tmp_path, paula)
    draft.refresh_from_db()
    assert draft.is_open


def test_reworded_questions_need_a_word_and_changed_meaning_a_version(
    edition: Edition, paula: StaffMember, tmp_path: Path
) -> None:
    draft = put(paula)
    _, *others = module()["questions"]
    reworded = {"questions": [one_question(stem="Which way can cancer take?"), *others]}
    with pytest.raises(publishing.WordsChanged):
        out(draft, tmp_path, paula, **reworded)
    turned = [
        {
            "key": "lymph",
            "text": "Through lymph",
            "why": "So.",
            "misconception": "spreads-by-touch",
        },
        {"key": "touch", "text": "Through touch", "why": "So.", "right": True},
    ]
    with pytest.raises(publishing.MeaningChanged):
        out(draft, tmp_path, paula, questions=[one_question(choices=turned), *others])
    assert Edition.objects.get() == edition
    assert out(draft, tmp_path, paula, same_meaning=True, **reworded).number == 2


# Letting go


def test_drafts_are_kept_for_90_days_but_the_one_behind_a_current_edition_stays(
    edition: Edition, paula: StaffMember, tmp_path: Path
) -> None:
    waiting, published = put(paula), put(paula)
    out(published, tmp_path, paula, title="Ways to spread")
    forget_drafts(now=NOW + 90 * DAY)
    assert set(Draft.objects.all()) == {waiting, published}
    forget_drafts(now=NOW + 90 * DAY + DAY)
    assert set(Draft.objects.all()) == {published}
    Edition.objects.filter(number=2).update(current=False)
    forget_drafts(now=NOW + 90 * DAY + DAY)
    assert not Draft.objects.exists()
