"""What must never be false, the database itself refuses: a row for each constraint."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Model

from learning.models import (
    Answer,
    Assignment,
    Draft,
    Edition,
    EditionQuestion,
    Invitation,
    Membership,
    Period,
    Question,
    Section,
    SectionRead,
    SignOff,
    Sitting,
    SittingQuestion,
    StaffInvitation,
    StaffMember,
    TalkedOver,
    TeachBack,
    TeamQuestion,
    Wording,
)
from learning.models.sittings import Verdict
from tests import factories
from tests.factories import NOW

Rows = dict[str, tuple[type[Model], dict[str, Any]]]
TOKEN = "T" * 22


def of_checks(edition: Edition, sitting: Sitting, answered: Answer) -> Rows:
    """A row for each constraint that breaks that one and no other, by the constraint's name."""
    place = answered.question
    other = edition.questions.exclude(
        pk__in=sitting.questions.values_list("asked", flat=True)
    ).first()
    question = Question.objects.order_by("pk").first()
    wording = Wording.objects.order_by("pk").first()
    section = edition.sections.first()
    assert other is not None
    assert question is not None
    assert wording is not None
    assert section is not None
    read = {"learner": sitting.learner, "module": edition.module, "section": "a", "at": NOW}
    SectionRead.objects.create(**read)
    check: dict[str, Any] = {
        "learner": sitting.learner,
        "module": edition.module,
        "edition": edition,
        "language": "en",
        "occasion": "before",
        "size": 1,
        "start_token": "Z" * 22,
        "started_at": NOW,
    }
    given: dict[str, Any] = {
        "question": place,
        "number": 2,
        "token": "Y" * 22,
        "response": {"unsure": True},
        "verdict": Verdict.UNSURE,
        "at": NOW,
    }
    meaning: dict[str, Any] = {
        "module": edition.module,
        "key": "new",
        "version": 1,
        "objective": "routes",
        "section": "three-routes",
        "form": "a",
        "meaning": {},
    }
    row = {field.attname: getattr(edition, field.attname) for field in edition._meta.fields}
    again = {name: value for name, value in row.items() if name != "id"}
    part = {"edition": edition, "number": 9, "key": "new", "title": "New", "statements": []}
    return {
        "section_read_once": (SectionRead, read),
        "one_open_sitting": (Sitting, {**check, "occasion": "after"}),
        "sitting_occasion_known": (Sitting, {**check, "occasion": "never"}),
        "sitting_has_questions": (Sitting, {**check, "size": 0}),
        "one_sitting_question_per_number": (
            SittingQuestion,
            {"sitting": sitting, "number": 1, "asked": other, "order": []},
        ),
        "asked_once_in_a_sitting": (
            SittingQuestion,
            {"sitting": sitting, "number": 9, "asked": place.asked, "order": []},
        ),
        "one_answer_per_try": (Answer, {**given, "number": 1}),
        "one_answer_per_token": (Answer, {**given, "token": answered.token}),
        "answer_verdict_known": (Answer, {**given, "verdict": "wrong"}),
        "answer_tries_from_one": (Answer, {**given, "number": 0}),
        "one_meaning_per_version": (
            Question,
            {**meaning, "key": question.key, "version": question.version},
        ),
        "withdrawn_question_says_why": (Question, {**meaning, "withdrawn_at": NOW}),
        "one_wording_per_digest": (
            Wording,
            {"question": wording.question, "language": "en", "digest": wording.digest, "text": {}},
        ),
        "one_edition_per_number": (Edition, {**again, "current": False}),
        "one_current_edition": (Edition, {**again, "number": 99}),
        "one_section_per_number": (Section, {**part, "number": section.number}),
        "one_section_per_key": (Section, {**part, "key": section.key}),
        "one_edition_question_per_number": (
            EditionQuestion,
            {
                "edition": edition,
                "number": 1,
                "wording": _new_wording(question),
                "behind": {},
            },
        ),
        "wording_once_in_an_edition": (
            EditionQuestion,
            {"edition": edition, "number": 99, "wording": wording, "behind": {}},
        ),
    }


def _new_wording(question: Question) -> Wording:
    return Wording.objects.create(question=question, language="en", digest="new", text={})


def of_groups(edition: Edition) -> Rows:
    """The same for staff, groups and figures."""
    clinic = factories.clinic()
    nurse = factories.staff_member(clinic=clinic)
    group = factories.group(nurses=[nurse])
    learner, other = factories.learner(), factories.learner()
    member = factories.membership(group=group, learner=learner)
    asked = factories.team_question(learner=learner)
    place: dict[str, Any] = {
        "group": group,
        "learner": other,
        "call_name": "Blue Stone",
        "sharing": 1,
        "joined_at": NOW,
    }
    given: dict[str, Any] = {
        "group": group,
        "module": edition.module,
        "token": TOKEN,
        "created_at": NOW,
    }
    Assignment.objects.create(**given)
    talk: dict[str, Any] = {
        "membership": member,
        "module": edition.module,
        "objective": "routes",
        "result": "again",
        "token": TOKEN,
        "at": NOW,
    }
    TeachBack.objects.create(**talk)
    over = {"membership": member, "question": asked, "at": NOW}
    TalkedOver.objects.create(**over)
    invited: dict[str, Any] = {
        "token_hash": "1",
        "email": "new@example.org",
        "name": "Nina New",
        "overview": True,
        "created_at": NOW,
        "expires_at": NOW,
    }
    StaffInvitation.objects.create(**invited)
    first, last = datetime.date(2026, 10, 1), datetime.date(2026, 10, 31)
    period: dict[str, Any] = {
        "module": edition.module,
        "first_day": first,
        "last_day": last,
        "k": 11,
        "finished": 11,
        "figures": {},
        "closed_at": NOW,
    }
    Period.objects.create(**period)
    day = datetime.timedelta(days=1)
    return {
        "asked_once_per_form": (
            TeamQuestion,
            {"learner": learner, "text": "?", "token": asked.token, "created_at": NOW},
        ),
        "staff_address_in_small_letters": (
            StaffMember,
            {"email": "Nora@example.org", "name": "Nora", "joined_at": NOW},
        ),
        "invitation_gives_a_role": (
            StaffInvitation,
            {**invited, "token_hash": "2", "email": "b@example.org", "overview": False},
        ),
        "one_staff_invitation_for_an_address": (StaffInvitation, {**invited, "token_hash": "2"}),
        "invitation_used_within_its_limit": (
            Invitation,
            {
                "group": group,
                "code_hash": "1",
                "link_hash": "1",
                "limit": 1,
                "uses": 2,
                "created_at": NOW,
                "expires_at": NOW,
            },
        ),
        "once_in_a_group": (Membership, {**place, "learner": learner}),
        "one_call_name_in_a_group": (Membership, {**place, "call_name": member.call_name}),
        "membership_sharing_known": (Membership, {**place, "sharing": 4}),
        "assigned_once_per_form": (Assignment, given),
        "teach_back_once_per_form": (TeachBack, talk),
        "teach_back_result_known": (TeachBack, {**talk, "token": "new", "result": "well"}),
        "talked_over_once_with_a_member": (TalkedOver, over),
        "one_period_from_a_day": (Period, {**period, "last_day": last + day}),
        "one_period_to_a_day": (Period, {**period, "first_day": first + day}),
        "period_is_a_stretch": (
            Period,
            {**period, "first_day": last + 2 * day, "last_day": last + day},
        ),
    }


def of_sign_offs(edition: Edition) -> Rows:
    """The same for who approved an edition."""
    given: dict[str, Any] = {
        "edition": edition,
        "kind": "clinical",
        "name": "Dr. Demo",
        "role": "breast cancer doctor",
        "signed_on": NOW.date(),
        "kept_at": "folder 3",
        "recorded_at": NOW,
    }
    first = SignOff.objects.create(**given)
    carried = {**given, "name": "Nurse Demo", "carried_from": first}
    SignOff.objects.create(**carried)
    other = {**given, "name": "Dr. Other"}
    return {
        "sign_off_kind_known": (SignOff, {**other, "kind": "kind"}),
        "sign_off_says_who_and_where": (SignOff, {**other, "kept_at": ""}),
        "signed_before_it_is_recorded": (
            SignOff,
            {**other, "signed_on": NOW.date() + datetime.timedelta(days=1)},
        ),
        "sign_off_taken_back_says_why": (SignOff, {**other, "taken_back_at": NOW}),
        "one_standing_sign_off_of_a_person": (SignOff, given),
        "sign_off_carried_once": (SignOff, {**carried, "name": "Dr. Other"}),
    }


def of_uploads() -> Rows:
    """The same for an uploaded file."""
    draft = {
        "file_name": "en.yaml",
        "slug": "bones",
        "language": "en",
        "text": "slug: bones",
        "uploaded_by": factories.staff_member(name="Vera View", overview=True),
        "uploaded_at": NOW,
        "discarded_at": NOW,
    }
    return {"discarded_draft_is_empty": (Draft, draft)}


def test_every_constraint_is_held_by_the_database(edition: Edition) -> None:
    """Each is broken past the model's own validation, by a row that breaks no other."""
    sitting = factories.sitting(learner=factories.learner(), edition=edition)
    answered = factories.answer(place=sitting.questions.get(number=1))
    tries = of_checks(edition, sitting, answered) | of_groups(edition) | of_sign_offs(edition)
    tries |= of_uploads()
    declared = {
        constraint.name
        for model in apps.get_app_config("learning").get_models()
        for constraint in model._meta.constraints
    }
    assert set(tries) == declared
    for name, (model, values) in tries.items():
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            model._default_manager.bulk_create([model(**values)])
        # SQLite names the columns of a unique constraint, PostgreSQL the constraint itself.
        constraint = next(c for c in model._meta.constraints if c.name == name)
        columns = getattr(constraint, "fields", ())
        said = str(refused.value)
        assert name in said or (columns and all(column in said for column in columns)), name
