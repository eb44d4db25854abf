"""The content desk: what is published and what is due, what changed, who approved it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

import pytest
from pytest_django import Settings

from learning.actions import publishing
from learning.actions.publishing import withdraw_module
from learning.models import AuditEntry, Edition, Question, SignOff
from tests import factories
from tests.factories import NOW, TODAY, module, routes_section, steps_section
from tests.visitor import SLUG, Shown, Visitor

pytestmark = pytest.mark.django_db
DESK = "/en/overview/content/"
MODULE = f"{DESK}{SLUG}/"
SIGN = f"{MODULE}editions/1/sign-off/"
WITHDRAW = f"{MODULE}withdraw/"
LEDGER = f"/en/overview/questions/{SLUG}/routes-one/1/"
WRONG = f"{LEDGER}withdraw/"
GIVEN = {
    "kind": "clinical",
    "name": "Doctor Demo",
    "role": "breast cancer doctor",
    "signed_on": "2026-11-25",
    "kept_at": "Folder 3",
}
TOO_EARLY = (
    "Edition 1 was published on November 25, 2026. Nobody can have approved it before that day."
)
NOT_APPROVED = "No clinician has approved it yet."
APPROVED = "Read and approved by Doctor Demo, breast cancer doctor, on November 25, 2026"


@pytest.fixture
def publisher() -> Visitor:
    return factories.signed_in(factories.staff_member(name="Paula Publisher", publisher=True))


@pytest.fixture
def viewer() -> Visitor:
    return factories.signed_in(factories.staff_member(name="Vera View", overview=True))


def send(visitor: Visitor, path: str, data: Mapping[str, str]) -> Shown:
    """Send a form of the desk, by the mark against forgery that any page of hers has."""
    hidden = visitor.get(DESK).form("/en/account/sign-out/").hidden
    return visitor.post(path, {**hidden, **data})


def review_line(path: str = f"/en/modules/{SLUG}/") -> str:
    page = Visitor().get(path).page
    (line,) = (one for one in page.root.iter("p") if one.attrib.get("class") == "review-line")
    return " ".join("".join(line.itertext()).split())


def entries() -> list[tuple[str, str]]:
    found = AuditEntry.objects.exclude(verb="published").order_by("at", "id")
    return list(found.values_list("verb", "object_key"))


# The start of the desk


def test_content_is_in_the_navigation_of_whoever_may_see_it(
    edition: Edition, publisher: Visitor, viewer: Visitor
) -> None:
    nurse = factories.signed_in(factories.staff_member(clinic=factories.clinic()))
    assert f'href="{DESK}"' in publisher.get(DESK).html
    assert f'href="{DESK}"' in viewer.get("/en/overview/").html
    assert f'href="{DESK}"' not in nurse.get("/en/nurse/").html


def test_desk_says_what_is_due(viewer: Visitor, tmp_path: Path) -> None:
    past, near = TODAY - datetime.timedelta(days=3), TODAY + datetime.timedelta(days=1)
    factories.published(
        folder=tmp_path,
        modules=[
            module(title="Later"),
            module(slug="bones", title="Bones", reviewed=past, review_due=past),
            module(slug="lungs", title="Lungs", review_due=near),
        ],
    )
    later = Edition.objects.get(module__slug=SLUG)
    factories.sign_off(edition=later)
    factories.sign_off(edition=later, kind="patient", name="Reader Demo", role="lives with MBC")
    shown = viewer.get(DESK)
    assert shown.heading == "Content"
    assert (
        "What is due Overdue: the review of “Bones” was due on November 22, 2026. "
        "The review of “Lungs” is due on November 26, 2026, in 1 day. "
        "No clinician has approved “Bones” or “Lungs” yet. Each of their pages says so. "
        "All modules" in shown.text
    )
    assert (
        "Later Edition 1 of November 25, 2026. Approved by Doctor Demo, breast cancer doctor, on "
        "November 25, 2026. Read by Reader Demo, lives with MBC, a patient reviewer, on "
        "November 25, 2026. Review due November 25, 2027. Offered" in shown.text
    )


def test_desk_without_anything_due_or_published(viewer: Visitor, edition: Edition) -> None:
    assert "No clinician has approved any of the 1 module yet." not in viewer.get(DESK).text
    factories.sign_off(edition=edition)
    assert (
        "Nothing. A clinician has approved every module, and no review is due within 60 days."
        in viewer.get(DESK).text
    )
    withdraw_module(slug=SLUG, language="en", actor="operator", now=NOW)
    assert viewer.get(DESK).text.endswith("Withdrawn")


def test_desk_before_anything_was_published(viewer: Visitor) -> None:
    assert viewer.get(DESK).text == "Content Upload a module file Nothing is published yet."


# The page of a module


def test_module_page_tells_editions_and_only_a_publisher_may_change(
    edition: Edition, publisher: Visitor, viewer: Visitor, tmp_path: Path
) -> None:
    factories.sign_off(edition=edition)
    factories.published(
        folder=tmp_path,
        modules=[module(sections=[routes_section(title="Ways"), steps_section()])],
    )
    shown = viewer.get(MODULE)
    assert (
        "Edition 2 of November 25, 2026, the current one 1 section changed. "
        "Approved by Doctor Demo, breast cancer doctor, on "
        "November 25, 2026. It was of edition 1; since then only words changed, with the same "
        "meaning. Document: Folder 3, room 12. Recorded by the operator on November 25, 2026. "
        "Checked by the authors on November 25, 2026. PEMAT-P, as the authors score it: 94% "
        "understandable, 86% actionable. What changed in edition 2 Edition 1 of November 25, 2026 "
        "The first edition, with 2 sections and 4 questions." in shown.text
    )
    mine = publisher.get(MODULE)
    changing = {
        path
        for path in mine.links.values()
        if path.endswith(("/sign-off/", "/take-back/", "/withdraw/"))
    }
    assert len(changing) == 2 + 2 + 1 + 4
    assert not changing & set(shown.links.values())


def test_withdrawn_module_says_how_it_comes_back(edition: Edition, viewer: Visitor) -> None:
    withdraw_module(slug=SLUG, language="en", actor="operator", now=NOW)
    assert (
        "Withdrawn on November 25, 2026. Edition 1 is not offered to anybody. It comes back as a "
        f"new edition: by uploading a file for it, or by the operator’s content publish --replace "
        f"{SLUG}=1." in viewer.get(MODULE).text
    )


# What changed


def test_two_editions_are_compared_in_words_as_well_as_marks(
    edition: Edition, viewer: Visitor, tmp_path: Path
) -> None:
    for number in (2, 3):
        body = routes_section()["body"].replace("in three ways", f"in {number} known ways")
        sections = [routes_section(body=body), steps_section()]
        factories.published(folder=tmp_path, modules=[module(sections=sections)])
    shown = viewer.get(f"{MODULE}changes/")
    assert shown.heading == "What changed from edition 2 to edition 3"
    assert "Cancer can spread in Gone: 2. New: 3. known ways." in shown.text
    assert '<del><span class="visually-hidden">Gone: </span>2' in shown.html
    first = viewer.get(f"{MODULE}changes/?before=1&after=2")
    assert first.heading == "What changed from edition 1 to edition 2"
    assert first.checked == [("before", "1"), ("after", "2")]
    back = viewer.get(f"{MODULE}changes/?before=2&after=1")
    assert "Cancer can spread in Gone: 2 known. New: three. ways." in back.text


@pytest.mark.parametrize("asked", ["?before=9&after=x", "?before=&after=99999999999999999999"])
def test_editions_that_are_not_there_are_left_aside(
    edition: Edition, viewer: Visitor, asked: str
) -> None:
    shown = viewer.get(f"{MODULE}changes/{asked}")
    assert (shown.status, shown.heading) == (200, "What changed from edition 1 to edition 1")
    assert "There is only one edition so far. No word is different." in shown.text


# Approvals


def test_approval_is_recorded_and_every_page_of_the_edition_says_so(
    edition: Edition, publisher: Visitor
) -> None:
    assert review_line().endswith(NOT_APPROVED)
    assert NOT_APPROVED[:26] in Visitor().get("/en/").text
    page = publisher.get(SIGN)
    assert page.heading == "Record an approval of edition 1"
    assert "You record it as Paula Publisher, today." in page.text
    shown = send(publisher, SIGN, {**GIVEN, "name": " Doctor\n Demo"})
    assert (shown.status, shown.headers["Location"]) == (303, f"{MODULE}?done=signed")
    after = publisher.get(shown.headers["Location"])
    assert "The approval is on record" in after.text
    assert "Recorded by Paula Publisher on November 25, 2026." in after.text
    line = f"Checked against its sources by the authors on November 25, 2026. {APPROVED}."
    for path in ("", "three-routes/", "print/"):
        assert review_line(f"/en/modules/{SLUG}/{path}") == line
    for path in ("/en/", "/en/about/"):
        assert "A clinician has read and approved every module." in Visitor().get(path).text
    assert entries() == [("recorded sign-off", f"{SLUG}/en/1")]


def test_patient_reviewer_is_told_as_such(edition: Edition) -> None:
    factories.sign_off(edition=edition, kind="patient", name="Reader Demo", role="lives with MBC")
    assert review_line() == (
        "Checked against its sources by the authors on November 25, 2026. Read by Reader Demo, "
        f"lives with MBC, a patient reviewer, on November 25, 2026. {NOT_APPROVED}"
    )


def test_carried_approval_names_the_edition_that_was_read(edition: Edition, tmp_path: Path) -> None:
    factories.sign_off(edition=edition)
    factories.published(folder=tmp_path, modules=[module(title="How it can spread")])
    assert review_line().endswith(
        f"{APPROVED}, in edition 1; since then reworded with the same meaning."
    )


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        (
            dict.fromkeys(GIVEN, ""),
            [
                "Choose who read it.",
                "Write the name.",
                "Write the role.",
                "Write the day it was signed, for example 2027-01-31.",
                "Write where the signed document is kept.",
            ],
        ),
        (
            {"kind": "friend", "name": "x" * 81},
            ["Choose who read it.", "Write this in 80 letters or fewer."],
        ),
        (
            {"signed_on": "2026-11-26"},
            ["The date of the approval is still to come. Write the day it was signed."],
        ),
        (
            {"signed_on": "2026-11-24"},
            [TOO_EARLY],
        ),
    ],
)
def test_approval_that_cannot_be_recorded_says_why(
    edition: Edition, publisher: Visitor, changes: dict[str, str], errors: list[str]
) -> None:
    shown = send(publisher, SIGN, {**GIVEN, **changes})
    assert (shown.status, shown.errors) == (422, errors)
    assert not SignOff.objects.exists()


def test_form_sent_twice_records_one_approval(edition: Edition, publisher: Visitor) -> None:
    send(publisher, SIGN, GIVEN)
    shown = send(publisher, SIGN, GIVEN)
    assert shown.errors == ["An approval of that day by Doctor Demo is on record already."]
    assert SignOff.objects.count() == 1


def test_form_of_an_older_edition_says_so(
    edition: Edition, publisher: Visitor, tmp_path: Path
) -> None:
    factories.published(folder=tmp_path, modules=[module(title="How it can spread")])
    assert "This is not the current edition." in publisher.get(SIGN).text
    assert publisher.get(f"{MODULE}editions/3/sign-off/").status == 404


def test_record_is_taken_back_with_a_reason(edition: Edition, publisher: Visitor) -> None:
    made = factories.sign_off(edition=edition)
    path = f"{MODULE}sign-offs/{made.key}/take-back/"
    assert send(publisher, path, {"why": " "}).errors == ["Write what is wrong with this record."]
    assert publisher.get(f"{DESK}bones/sign-offs/{made.key}/take-back/").status == 404
    shown = publisher.open(send(publisher, path, {"why": "Another doctor."}).headers["Location"])
    assert "The record is taken back" in shown.text
    assert "Taken back on November 25, 2026: Another doctor." in shown.text
    assert path not in shown.links.values()
    assert review_line().endswith(NOT_APPROVED)
    # Once is enough.
    for again in (publisher.get(path), send(publisher, path, {"why": "Once more."})):
        assert (again.status, again.headers["Location"]) == (303, f"{MODULE}?done=")


# Withdrawing


def test_question_is_taken_out_after_a_page_that_says_what_happens(
    edition: Edition, publisher: Visitor, viewer: Visitor
) -> None:
    assert publisher.get(MODULE).links["Wrong, do not show: Which is a way that cancer can spread?"]
    assert publisher.get(LEDGER).links["Wrong, do not show"] == WRONG
    assert "Wrong, do not show" not in viewer.get(LEDGER).links
    page = publisher.get(WRONG)
    assert page.heading == "Take this question out, because it is wrong"
    assert send(publisher, WRONG, {"note": ""}).errors == ["Write what is right instead."]
    shown = send(publisher, WRONG, {"note": "Lymph carries cells."})
    assert (shown.status, shown.headers["Location"]) == (303, f"{LEDGER}?done=withdrawn")
    ledger = publisher.get(shown.headers["Location"])
    assert "The question is out" in ledger.text
    assert (
        "Version 1, this one Asked in edition 1, since November 25, 2026. Withdrawn on "
        "November 25, 2026 by Paula Publisher: Lymph carries cells." in ledger.text
    )
    assert entries() == [("withdrew", f"{SLUG}/routes-one/1")]
    # What is out stays as it was taken out.
    for again in (publisher.get(WRONG), send(publisher, WRONG, {"note": "Other."})):
        assert (again.status, again.headers["Location"]) == (303, LEDGER)
    assert Question.objects.get(key="routes-one").withdrawn_note == "Lymph carries cells."


def test_figures_of_a_question_are_for_the_overview(
    edition: Edition, publisher: Visitor, viewer: Visitor
) -> None:
    heading = "Its figures, period by period"
    assert heading in viewer.get(LEDGER).text
    assert heading not in publisher.get(LEDGER).text


def test_module_is_withdrawn_as_it_was_looked_at(
    edition: Edition, publisher: Visitor, tmp_path: Path
) -> None:
    assert publisher.get(WITHDRAW).heading == "Withdraw “How breast cancer spreads”"
    factories.published(folder=tmp_path, modules=[module(title="How it can spread")])
    stale = send(publisher, WITHDRAW, {"edition": "1"})
    assert (stale.status, stale.errors) == (
        422,
        ["Another edition is the current one now. Look at it before you withdraw it."],
    )
    assert Visitor().get(f"/en/modules/{SLUG}/").status == 200
    shown = send(publisher, WITHDRAW, {"edition": "2"})
    assert (shown.status, shown.headers["Location"]) == (303, f"{MODULE}?done=withdrawn")
    assert "The module is withdrawn" in publisher.get(shown.headers["Location"]).text
    assert Visitor().get(f"/en/modules/{SLUG}/").status == 404
    assert entries() == [("withdrew", f"{SLUG}/en/2")]
    again = publisher.get(WITHDRAW)
    assert (again.status, again.headers["Location"]) == (303, f"{MODULE}?done=")


def test_module_that_changes_in_the_last_moment_is_not_withdrawn(
    edition: Edition, publisher: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the form and the writing another member of staff was faster."""
    trouble: Exception = publishing.NotCurrent(SLUG, 2, 1)

    def somebody_was_faster(**_: object) -> Edition:
        raise trouble

    monkeypatch.setattr(publishing, "withdraw_module", somebody_was_faster)
    moved = send(publisher, WITHDRAW, {"edition": "1"})
    assert (moved.status, moved.errors) == (
        422,
        ["Another edition is the current one now. Look at it before you withdraw it."],
    )
    trouble = publishing.NotThere("No module is published.")
    gone = send(publisher, WITHDRAW, {"edition": "1"})
    assert (gone.status, gone.headers["Location"]) == (303, f"{MODULE}?done=")


@pytest.mark.parametrize("path", [SIGN, WITHDRAW, WRONG])
def test_nothing_is_offered_to_save_where_saving_is_off(
    edition: Edition, publisher: Visitor, settings: Settings, path: str
) -> None:
    settings.READ_ONLY = True
    shown = publisher.get(path)
    assert "Saving is switched off for now" in shown.text
    assert "<button" not in shown.html.split("<main", 1)[1].split("</main", 1)[0]
