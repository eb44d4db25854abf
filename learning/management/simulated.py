"""The simulated clinics, staff and people of the demo, made once by the same actions as real ones.

``fixtures/demo.yaml`` says who they are; what it leaves open is drawn from a fixed seed, so that
every demo shows the same people. Their answers are answers to the published questions, graded as
anybody's.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from ruamel.yaml import YAML

from learning.actions import asking, checking, inviting, joining, reading, talking
from learning.actions.assigning import assign
from learning.actions.clinics import Details, add_clinic
from learning.actions.grouping import add_colleague
from learning.models import Clinic, Edition, Group, Invitation, Membership, StaffMember
from learning.models.groups import Sharing
from learning.models.keys import new_key
from learning.models.sittings import Occasion
from learning.reports.shared import shared_by
from learning.rules.grading import Key, Response

SEED = 17  # one of many that show every sort of open idea, and most people with none
LANGUAGE = "en"
Row = Mapping[str, Any]


def simulate(file: Path, *, now: datetime.datetime) -> bool:
    """Make them in a database that has no staff yet, all or nothing; False where it has some."""
    with transaction.atomic():
        if StaffMember.objects.exists():
            return False
        plan = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
        _Simulation(plan, now).run()
    return True


class _Simulation:
    def __init__(self, plan: Row, now: datetime.datetime) -> None:
        self.plan = plan
        self.now = now
        self.lately = now - datetime.timedelta(hours=1)
        self.rng = random.Random(SEED)  # noqa: S311 - the same people every time
        self.staff: dict[str, StaffMember] = {}
        self.editions = {
            edition.module.slug: edition for edition in Edition.objects.offered(LANGUAGE)
        }
        self.people = 0

    def run(self) -> None:
        opened = self.days_ago(max(group["made"] for group in self.plan["groups"]) + 1)
        overview = self._employ(self.plan["overview"], opened, clinic=None)
        for row in self.plan["clinics"]:
            clinic = add_clinic(staff=overview, details=Details(**row["details"]), now=opened)
            for nurse in row["nurses"]:
                self._employ(nurse, opened, clinic=clinic)
        for row in self.plan["groups"]:
            self._group(row)

    def days_ago(self, days: float) -> datetime.datetime:
        return self.now - datetime.timedelta(days=days)

    def _employ(self, row: Row, now: datetime.datetime, *, clinic: Clinic | None) -> StaffMember:
        """Somebody with an account that only a link of the demo opens: no password, no passkey."""
        someone = StaffMember(**row, clinic=clinic, overview=clinic is None, joined_at=now)
        someone.set_unusable_password()
        someone.save()
        EmailAddress.objects.create(user=someone, email=someone.email, verified=True, primary=True)
        self.staff[someone.name] = someone
        return someone

    # Groups

    def _group(self, row: Row) -> None:
        made = self.days_ago(row["made"])
        nurse, *colleagues = (self.staff[name] for name in row["nurses"])
        group = inviting.make_group(nurse=nurse, name=row["name"], token=new_key(), now=made)
        for colleague in colleagues:
            add_colleague(nurse=nurse, group=group, colleague=colleague, now=made)
        slips = self._slips(nurse, group, len(row["members"]), made)
        for given in row["assigned"]:
            self._assign(nurse, group, None, given)
        for slip, member in zip(slips, row["members"], strict=True):
            self._member(nurse, slip, member)
        # The group's own code holds from today, for whoever looks around.
        inviting.renew_invitation(
            nurse=nurse, group=group, limit=inviting.FIRST_LIMIT, days=90, now=self.now
        )

    def _slips(
        self, nurse: StaffMember, group: Group, count: int, now: datetime.datetime
    ) -> Sequence[Invitation]:
        """One slip a member, whose label becomes hers: it says that nobody is behind her."""
        labels = [f"Simulated person {self.people + number}" for number in range(1, count + 1)]
        self.people += count
        sheet = inviting.make_slips(nurse=nurse, group=group, labels=labels, days=90, now=now)
        return list(group.invitations.filter(sheet=sheet).order_by("id"))

    def _assign(
        self, nurse: StaffMember, group: Group, membership: Membership | None, given: Row
    ) -> None:
        ahead = given.get("visit_in")
        assign(
            nurse=nurse,
            group=group,
            membership=membership,
            modules=given["modules"],
            visit_on=ahead and self.now.date() + datetime.timedelta(days=ahead),
            note=given["note"],
            token=new_key(),
            now=self.days_ago(given["days_ago"]),
        )

    # Members

    def _member(self, nurse: StaffMember, slip: Invitation, row: Row) -> None:
        joined = joining.join(
            invitation=slip,
            learner=None,
            sharing=Sharing[row["sharing"].upper()],
            own_name=row.get("own_name", ""),
            shared=False,
            now=self.days_ago(row["joined"]),
            rng=self.rng,
        )
        membership = joined.membership
        self._learn(membership, row)
        for question in row.get("asks", ()):
            self._ask(nurse, membership, question)
        if "assigned" in row:
            self._assign(nurse, membership.group, membership, row["assigned"])
        self._talk_over(nurse, membership, row.get("talked", ()))

    def _learn(self, membership: Membership, row: Row) -> None:
        """Her checks, one after the other, spread over the days since she joined."""
        finished, again = row["finished"], row.get("again", ())
        steps = [(Occasion.BEFORE, slug) for slug in row.get("before", ())]
        steps += [(Occasion.AFTER, slug) for slug in (*finished, *again)]
        steps += [(Occasion.AFTER, row["open"])] if "open" in row else []
        way = self.plan["ways_to_answer"][row["answers"]]
        for number, (occasion, slug) in enumerate(steps, start=1):
            days = row["joined"] * (1 - number / (len(steps) + 1))
            begun = self.days_ago(days) - datetime.timedelta(minutes=self.rng.randrange(60))
            stops = "open" in row and number == len(steps)
            if occasion == Occasion.AFTER:
                self._read(membership, slug, begun, stops=stops)
            self._check(membership, slug, occasion, begun, way, stops=stops)

    def _read(
        self, membership: Membership, slug: str, now: datetime.datetime, *, stops: bool
    ) -> None:
        edition = self.editions[slug]
        sections = list(edition.sections.values_list("key", flat=True))
        for section in sections[:2] if stops else sections:
            reading.mark_read(
                learner=membership.learner,
                module=edition.module,
                section=section,
                now=now - datetime.timedelta(minutes=10),
            )

    def _check(
        self,
        membership: Membership,
        slug: str,
        occasion: Occasion,
        now: datetime.datetime,
        way: Row,
        *,
        stops: bool,
    ) -> None:
        started = checking.start(
            learner=membership.learner,
            edition=self.editions[slug],
            occasion=occasion,
            token=new_key(),
            shared=False,
            now=now,
            rng=self.rng,
        )
        places = started.sitting.questions.select_related("asked__wording__question")
        for number, place in enumerate(places[:2] if stops else places, start=1):
            response, sure = self._answer(Key.from_meaning(place.meaning.meaning), way)
            checking.answer(
                place=place,
                token=new_key(),
                response=response,
                sure=sure,
                again=False,
                now=now + datetime.timedelta(minutes=number),
            )

    def _answer(self, key: Key, way: Row) -> tuple[Response, str]:
        drawn = self.rng.randrange(100)
        if drawn < way["right"]:
            return right_response(key), self.rng.choice(["very", "very", "fairly", ""])
        if drawn < way["right"] + way["unsure"]:
            return Response(unsure=True), ""
        very = self.rng.randrange(100) < way["very_sure"]
        return wrong_response(key, self.rng), "very" if very else "guess"

    def _ask(self, nurse: StaffMember, membership: Membership, row: Row) -> None:
        at = self.days_ago(1)
        asked = asking.ask(
            learner=membership.learner, texts=[row["text"]], shared=False, now=at, token=new_key()
        )
        if row["shared"]:
            asking.share_question(question=asked.questions[0], now=at)
        if row.get("talked"):
            talking.note_talked_over(
                nurse=nurse, membership=membership, question=asked.questions[0].key, now=self.lately
            )

    def _talk_over(
        self, nurse: StaffMember, membership: Membership, results: Sequence[str]
    ) -> None:
        ideas = shared_by(membership.learner, membership.sharing, membership).ideas
        for idea, result in zip(ideas, results, strict=False):
            talking.note_teach_back(
                nurse=nurse,
                membership=membership,
                module=idea.slug,
                objective=idea.objective,
                result=result,
                token=new_key(),
                now=self.lately,
            )


def right_response(key: Key) -> Response:
    return Response(placed=key.places) if key.kind == "pairs" else Response(picked=key.right)


def wrong_response(key: Key, rng: random.Random) -> Response:
    """A slip that a person would make: one choice or one pair of items is not right."""
    if key.kind == "pairs":
        return Response(placed=_swapped(key.places, rng))
    wrong = sorted(set(key.choices) - key.right)
    if key.kind == "one":
        return Response(picked=frozenset([rng.choice(wrong)]))
    if wrong:
        return Response(picked=key.right | {rng.choice(wrong)})
    return Response(picked=key.right - {rng.choice(sorted(key.right))})


def _swapped(places: Mapping[str, str], rng: random.Random) -> dict[str, str]:
    one = rng.choice(sorted(places))
    other = rng.choice(sorted(item for item in places if places[item] != places[one]))
    return {**places, one: places[other], other: places[one]}
