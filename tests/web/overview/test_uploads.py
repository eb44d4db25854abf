"""Uploading a module file: what is refused, what is wrong with it, preview, publishing."""

from __future__ import annotations

import cProfile
import datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from learning.actions import publishing, uploading
from learning.models import AuditEntry, Draft, Edition, Learner, Sitting, StaffMember
from learning.web import throttle
from tests import factories
from tests.conftest import Clock
from tests.counting import rows
from tests.factories import as_yaml, module, one_question, routes_section, steps_section
from tests.visitor import SLUG, Shown, Visitor

pytestmark = pytest.mark.django_db
UPLOADS = "/en/overview/content/uploads/"
LIVE = f"/en/modules/{SLUG}/"
REWORDED = [one_question(stem="Which way can cancer take?"), *module()["questions"][1:]]
NEW_TITLE = as_yaml(module(title="Ways to spread"))


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """The folder of the content: one module, and the registries it needs."""
    settings.CONTENT_DIR = factories.library_folder(folder=tmp_path / "content")
    return Path(settings.CONTENT_DIR)


@pytest.fixture
def paula() -> StaffMember:
    return factories.staff_member(name="Paula Publisher", publisher=True)


@pytest.fixture
def publisher(paula: StaffMember) -> Visitor:
    return factories.signed_in(paula)


@pytest.fixture
def viewer() -> Visitor:
    return factories.signed_in(factories.staff_member(name="Vera View", overview=True))


def paste(visitor: Visitor, text: str) -> Shown:
    return visitor.press(visitor.get(UPLOADS), {"text": text}, action=UPLOADS)


def send(visitor: Visitor, data: bytes, *, name: str = "en.yaml", text: str = "") -> Shown:
    """Upload a file, as a browser does."""
    hidden = visitor.get(UPLOADS).form(UPLOADS).hidden
    given = {**hidden, "file": SimpleUploadedFile(name, data), "text": text}
    headers = {"Sec-Fetch-Site": "same-origin"}
    response = visitor.client.post(UPLOADS, given, headers=headers)
    return Shown(UPLOADS, response.status_code, response.headers, response.content.decode())


def uploaded(visitor: Visitor, text: str) -> str:
    """Upload it; the address of its page."""
    shown = paste(visitor, text)
    assert shown.status == 303, shown.errors
    return shown.headers["Location"]


def publish(visitor: Visitor, page: str, **chosen: str) -> Shown:
    path = f"{page}publish/"
    return visitor.press(visitor.get(path), chosen, action=path)


# Uploading


def test_file_is_uploaded_and_its_page_says_who_and_when(viewer: Visitor) -> None:
    shown = send(viewer, NEW_TITLE.encode(), name="my bones.yaml")
    draft = Draft.objects.get()
    assert (shown.status, shown.headers["Location"]) == (303, f"{UPLOADS}{draft.key}/")
    page = viewer.get(shown.headers["Location"])
    assert page.heading == "Ways to spread"
    assert "my bones.yaml, uploaded by Vera View on November 25, 2026, " in page.text
    listed = viewer.get(UPLOADS)
    assert "my bones.yaml, by Vera View on November 25, 2026" in listed.text
    assert "Not published An upload is removed after 90 days." in listed.text


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", "The file is empty."),
        (b"\xff\xfe", "The file is not UTF-8 text: line 1 cannot be read. Save it as UTF-8, then "),
        (b"a" * 3_000_000, "The file is larger than 150 KB. A module file has far less: is it the"),
        (b"slug: bones\nlanguage: en\nx: \0", "The file holds characters that no text has. Save "),
        (b"Dear team, please", "This is not a module file: it has no line “slug: …” and “languag"),
    ],
)
def test_what_is_no_module_file_is_refused_kindly(viewer: Visitor, data: bytes, error: str) -> None:
    """S-066: one file of text, so that there is nothing to unpack."""
    shown = send(viewer, data)
    assert shown.status == 422
    (said,) = shown.errors
    assert said.startswith(error)
    assert not Draft.objects.exists()


def test_either_a_file_or_a_text_is_needed(viewer: Visitor) -> None:
    assert paste(viewer, "  ").errors == ["Choose a file, or paste its text."]
    both = send(viewer, NEW_TITLE.encode(), text=NEW_TITLE)
    assert (both.status, both.errors) == (422, ["Choose a file or paste its text, not both."])
    wrong = paste(viewer, "Dear team")
    assert wrong.errors[0].startswith("This is not a module file")
    assert "Dear team" in wrong.html
    assert paste(viewer, "slug: a\0").status == 422
    assert not Draft.objects.exists()


def test_uploads_of_an_account_are_counted(
    viewer: Visitor, publisher: Visitor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-071"""
    monkeypatch.setattr(throttle, "MOST_UPLOADS", 2)
    uploaded(viewer, NEW_TITLE)
    assert paste(viewer, "Dear team").status == 422
    shown = paste(viewer, NEW_TITLE)
    assert (shown.status, shown.headers["Retry-After"]) == (429, "3600")
    assert shown.errors == [
        "You have uploaded 2 files within the hour. Wait 60 minutes, then upload again."
    ]
    assert Draft.objects.count() == 1
    uploaded(publisher, NEW_TITLE)
    clock.move(minutes=60)
    uploaded(factories.signed_in(StaffMember.objects.get(overview=True)), NEW_TITLE)


def test_current_file_is_there_to_start_from(
    edition: Edition, publisher: Visitor, folder: Path
) -> None:
    page = publisher.get(UPLOADS)
    path = f"{UPLOADS}files/{SLUG}/"
    assert path in page.links.values()
    shown = publisher.get(path)
    assert shown.html == (folder / "modules" / SLUG / "en.yaml").read_text()
    assert shown.headers["Content-Disposition"] == f'attachment; filename="{SLUG}.en.yaml"'
    assert shown.headers["Content-Type"] == "application/yaml; charset=utf-8"
    publish(publisher, uploaded(publisher, NEW_TITLE))
    assert publisher.get(path).html == NEW_TITLE.rstrip("\n") + "\n"
    assert publisher.get(f"{UPLOADS}files/bones/").status == 404


# Faults


def test_faults_are_told_with_their_lines(edition: Edition, viewer: Visitor, folder: Path) -> None:
    text = NEW_TITLE.replace("minutes: 5", "minutes: five").replace("D-2.29", "D-99.9", 1)
    line = 1 + text.split("\n").index("minutes: five")
    page = viewer.get(uploaded(viewer, text))
    assert page.heading == SLUG
    assert "2 faults to mend" in page.text
    assert (
        f"Line {line}, column 10 · minutes expected a whole number from 1 to 60, found “five” "
        "minutes: five" in page.text
    )
    assert "fact D-99.9 is not in facts.yaml" in page.text
    assert str(folder) not in page.html
    assert "Preview" not in page.text
    for more in ("preview/", "preview/sections/three-routes/", "preview/questions/1/", "changes/"):
        back = viewer.get(page.path + more)
        assert (back.status, back.headers["Location"]) == (303, page.path)


def test_warnings_stand_apart_and_stop_nothing(edition: Edition, viewer: Visitor) -> None:
    past = datetime.date(2026, 11, 1)
    page = viewer.get(uploaded(viewer, as_yaml(module(reviewed=past, review_due=past))))
    assert "No faults, 1 warning Preview it as a reader" in page.text
    assert "Warnings They stop nothing." in page.text
    assert "this review was due on 2026-11-01 review_due: 2026-11-01" in page.text


def test_fault_of_another_file_is_told_apart(viewer: Visitor, folder: Path) -> None:
    (folder / "modules" / SLUG / "three-routes.en.svg").write_text("<svg")
    page = viewer.get(uploaded(viewer, NEW_TITLE))
    assert "The file is in order, but something beside it is not" in page.text
    assert (
        f"Faults in other files These lie in the content folder. The operator can mend them. "
        f"modules/{SLUG}/three-routes.en.svg:1:" in page.text
    )
    assert str(folder) not in page.html


def test_module_that_is_on_no_list_is_a_fault(viewer: Visitor) -> None:
    page = viewer.get(uploaded(viewer, as_yaml(module(slug="../x")).replace("../x", "other", 1)))
    assert "part “basics” does not list “other” in parts.yaml" in page.text


# The file and its language stand in front, so that each is kept and read.
HEAD = f"slug: {SLUG}\nlanguage: en\n"
HOSTILE = {
    "bomb": HEAD
    + 'a: &a ["lol","lol"]\n'
    + "".join(
        f"{b}: &{b} [*{a},*{a},*{a},*{a},*{a},*{a},*{a}]\n"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ),
    "many values": HEAD + "x: [" + "a," * 70_000 + "]",
    "many rows": HEAD + "x:\n" + "- a\n" * 34_000,
    "deep": HEAD + "x: " + "[" * 140_000,
    "many keys": HEAD + "".join(f"key-{number}: a\n" for number in range(9_000)),
    "long line": HEAD + "title: " + "word " * 28_000,
    "open quote": HEAD + 'title: "' + "a " * 70_000,
    "bidi": NEW_TITLE.replace("Ways", "\u202eWays\u2066"),
    "escape": HEAD + 'title: "\\uD800"\nsummary: "\\U00110000"\n',
    "null in quotes": HEAD + 'title: "a\\0b"\n',
    "tags": HEAD + "title: !!python/object/apply:os.system [ls]\n",
    "stars": NEW_TITLE.replace("in three ways", "**a " * 4_000, 1),
    "brackets": NEW_TITLE.replace("in three ways", "[" * 4_900, 1),
    "many brackets": HEAD
    + "sections:\n"
    + "".join(f"  - key: s{number}\n    body: {'[' * 4_900}\n" for number in range(28)),
    "alike": HEAD
    + "objectives: {a: b}\nquestions:\n"
    + "".join(
        f"  - {{key: q{number}, objective: a, stem: {'word ' * 99}{number}}}\n"
        for number in range(200)
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_a_list_of_faults_after_little_work(
    name: str, edition: Edition, viewer: Visitor
) -> None:
    """S-067: work is counted in calls; to read our longest module takes 0.8 million."""
    path = uploaded(viewer, HOSTILE[name])
    work = cProfile.Profile()
    before = rows()
    page = work.runcall(viewer.get, path)
    assert rows() == before
    assert sum(entry.callcount for entry in work.getstats()) < 5_000_000
    assert page.status == 200
    assert "to mend" in page.text
    assert len(page.html) < 400_000
    assert not {"\u202e", "\u2066", "\0"} & set(page.html)


# What publishing would change


def test_page_says_what_publishing_would_change(edition: Edition, viewer: Visitor) -> None:
    gone, *others = REWORDED
    four = [gone, *others[:-1], {**others[-1], "version": 2}]
    page = viewer.get(uploaded(viewer, as_yaml(module(questions=four))))
    assert (
        "What publishing would change It would be edition 2, in place of edition 1, at once and "
        "for everybody. Checks that were begun keep their wordings. "
        f"New questions “{others[-1]['stem']}” (steps-one, version 2) "
        "Reworded questions “Which way can cancer take?” (routes-one) "
        f"No longer asked “{others[-1]['stem']}” What changes, word by word" in page.text
    )
    assert "A publisher can publish it from this page." in page.text
    compared = viewer.get(f"{page.path}changes/")
    assert compared.heading == "What would change in edition 2"
    assert "Question Which Gone: is a way" in compared.text


def test_changed_meaning_is_said_before_one_publishes(edition: Edition, publisher: Visitor) -> None:
    choices = [
        {"key": "lymph", "text": "By lymph", "why": "So.", "misconception": "spreads-by-touch"},
        {"key": "touch", "text": "By touch", "why": "So.", "right": True},
    ]
    turned = [one_question(choices=choices), *module()["questions"][1:]]
    page = publisher.get(uploaded(publisher, as_yaml(module(questions=turned))))
    assert (
        "It cannot be published yet. These questions mean something else than was published under "
        "their version. Give each a new version in the file, which starts new figures: “Which is a "
        "way that cancer can spread?” (routes-one): choices changed under version 1. Write "
        "version: 2." in page.text
    )
    assert f"{page.path}publish/" not in page.links.values()
    assert publisher.get(f"{page.path}publish/").status == 303


def test_file_that_changes_nothing_says_so(edition: Edition, publisher: Visitor) -> None:
    page = publisher.get(uploaded(publisher, as_yaml(module())))
    assert "It says exactly what edition 1 says, so there is nothing to publish." in page.text
    assert publisher.get(f"{page.path}publish/").status == 303


# Preview


def test_preview_shows_module_section_and_question_and_keeps_nothing(
    edition: Edition, viewer: Visitor
) -> None:
    sections = [routes_section(title="New title"), steps_section()]
    path = uploaded(viewer, as_yaml(module(title="Ways", sections=sections, questions=REWORDED)))
    before = rows()
    page = viewer.get(f"{path}preview/")
    assert (page.heading, page.status) == ("Ways", 200)
    notice = "This is a preview. Readers do not see it, and nothing you do here is kept."
    assert notice in page.text
    first = viewer.get(page.links["New title"])
    live = Visitor().get(f"{LIVE}three-routes/")
    assert first.heading == "New title"
    assert notice in first.text
    prose = live.html[live.html.index('<div class="prose">') : live.html.index("How do we know?")]
    assert prose in first.html
    door = viewer.get(first.links["Next: " + steps_section()["title"]])
    assert "Before you read" not in door.text
    assert "How a cell leaves. Reading it takes about 2 minutes." in door.text
    opened = viewer.get(door.path + door.links["Read this part"])
    assert opened.heading == steps_section()["title"]
    asked = viewer.get(opened.links["Questions"])
    assert asked.heading == "Which way can cancer take?"
    assert "Question 1 of 4" in asked.text
    sent = f"{asked.path}?token={'x' * 22}"
    incomplete = viewer.get(sent)
    assert (incomplete.status, incomplete.errors) == (
        422,
        ["Choose one answer, or choose “I’m not sure”."],
    )
    wrong = viewer.get(f"{sent}&answer=2&sure=very")
    assert "Not quite. Cancer can spread through the lymph system. You cannot catch it." in (
        wrong.text
    )
    assert "You chose Through touch Best answer Through lymph Nothing was saved." in wrong.text
    right = viewer.get(f"{sent}&answer=1")
    assert "That’s right." in right.text
    assert rows() == before
    assert viewer.get(f"{path}preview/sections/none/").status == 404
    for number in (0, 5, 99999999):
        assert viewer.get(f"{path}preview/questions/{number}/").status == 404


@pytest.mark.parametrize(
    ("number", "answer", "said"),
    [
        (2, "answer=1&answer=3", "That’s right."),
        (2, "answer=unsure", "Good to know."),
        (3, "item-1=1&item-2=2", "That’s right."),
        (3, "item-1=2&item-2=unsure", "Not quite."),
        (4, "answer=unsure", "Good to know."),
    ],
)
def test_preview_answers_every_kind_of_question(
    viewer: Visitor, number: int, answer: str, said: str
) -> None:
    path = f"{uploaded(viewer, NEW_TITLE)}preview/questions/{number}/"
    shown = viewer.get(f"{path}?token={'x' * 22}&{answer}")
    assert said in shown.text
    assert "Nothing was saved." in shown.text


def test_readers_see_nothing_of_a_draft(edition: Edition, viewer: Visitor) -> None:
    """S-012"""
    paths = ["/en/", "/en/modules/", LIVE, f"{LIVE}three-routes/", f"{LIVE}print/", "/en/words/"]
    before = [Visitor().get(path).html for path in paths]
    page = uploaded(viewer, as_yaml(module(title="Ways", questions=REWORDED)))
    viewer.get(f"{page}preview/")
    assert [Visitor().get(path).html for path in paths] == before
    outside = Visitor()
    for more in ("", "preview/", "preview/questions/1/"):
        assert outside.get(page + more).status == 303
    assert not Learner.objects.exists()
    assert not Sitting.objects.exists()


# Publishing and discarding


def test_draft_is_published_and_readers_read_it(edition: Edition, publisher: Visitor) -> None:
    page = uploaded(publisher, NEW_TITLE)
    confirm = publisher.get(f"{page}publish/")
    assert confirm.heading == "Publish “Ways to spread”"
    assert "in place of edition 1, at once and for everybody." in confirm.text
    assert "Every question stays as it is." in confirm.text
    shown = publish(publisher, page)
    done = f"/en/overview/content/{SLUG}/?done=published"
    assert (shown.status, shown.headers["Location"]) == (303, done)
    after = publisher.get(done)
    assert "Edition 2 is published Everybody reads it from now on." in after.text
    assert "It was uploaded by hand" in after.text
    assert Visitor().get(LIVE).heading == "Ways to spread"
    assert "It was published as edition 2 on November 25, 2026." in publisher.get(page).text
    assert "Edition 2" in publisher.get(UPLOADS).text
    for more in ("publish/", "preview/", "changes/"):
        assert publisher.get(page + more).headers["Location"] == page
    verbs = AuditEntry.objects.exclude(actor="operator").values_list("verb", flat=True)
    assert list(verbs) == ["uploaded", "published", "published upload"]


def test_reworded_questions_need_the_tick(edition: Edition, publisher: Visitor) -> None:
    page = uploaded(publisher, as_yaml(module(questions=REWORDED)))
    shown = publish(publisher, page)
    assert shown.status == 422
    assert shown.errors == [
        (
            "Tick the box if each reworded question still means the same. If one does not, give it "
            "a new version in the file and upload it again."
        )
    ]
    assert Edition.objects.count() == 1
    assert publish(publisher, page, same_meaning="on").status == 303


def test_tick_carries_approvals_over(edition: Edition, publisher: Visitor) -> None:
    factories.sign_off(edition=edition)
    page = uploaded(publisher, NEW_TITLE)
    assert "Edition 1 is approved. The approvals go on to the new edition only where" in (
        publisher.get(f"{page}publish/").text
    )
    publish(publisher, page, same_meaning="on")
    assert Edition.objects.get(current=True).sign_offs.count() == 1


def test_edition_published_meanwhile_is_not_replaced(
    edition: Edition, publisher: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = uploaded(publisher, NEW_TITLE)
    path = f"{page}publish/"
    confirm = publisher.get(path)
    factories.published(folder=tmp_path / "other", modules=[module(title="Meanwhile")])
    shown = publisher.press(confirm, action=path)
    assert shown.status == 422
    assert shown.errors == [
        (
            "Another edition was published meanwhile. Look at what would change now, then publish "
            "again."
        )
    ]
    assert "in place of edition 2" in shown.text
    assert Edition.objects.get(current=True).title == "Meanwhile"

    def in_the_last_moment(**_: object) -> Edition:
        raise publishing.NotCurrent(SLUG, 3, 2)

    monkeypatch.setattr(uploading, "publish_draft", in_the_last_moment)
    assert publisher.press(shown, action=path).errors == shown.errors


def test_withdrawn_module_comes_back_by_an_upload(edition: Edition, publisher: Visitor) -> None:
    publishing.withdraw_module(slug=SLUG, language="en", actor="operator", now=factories.NOW)
    page = publisher.get(uploaded(publisher, as_yaml(module())))
    assert "It would bring the module back as edition 2. Edition 1 was withdrawn." in page.text
    assert publish(publisher, page.path).status == 303
    assert Visitor().get(LIVE).status == 200


def test_first_edition_of_a_module_is_published(publisher: Visitor) -> None:
    page = publisher.get(uploaded(publisher, as_yaml(module())))
    assert "It would be the first edition of this module. New questions" in page.text
    assert publish(publisher, page.path).status == 303


def test_draft_is_discarded(edition: Edition, viewer: Visitor) -> None:
    page = viewer.get(uploaded(viewer, NEW_TITLE))
    path = f"{page.path}discard/"
    shown = viewer.press(page, action=path)
    assert (shown.status, shown.headers["Location"]) == (303, f"{UPLOADS}?done=discarded")
    assert "The upload is discarded" in viewer.get(shown.headers["Location"]).text
    again = viewer.press(page, action=path)
    assert (again.status, again.headers["Location"]) == (303, page.path)
    after = viewer.get(page.path)
    assert "It was discarded on November 25, 2026. Its text is gone." in after.text
    assert viewer.get(f"{page.path}preview/").headers["Location"] == page.path
