"""The content desk: what is published, who approved it, what is due."""

from __future__ import annotations

import pytest

from learning.models import Edition
from tests import factories
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db
DESK = "/en/overview/content/"


@pytest.fixture
def publisher() -> Visitor:
    return factories.signed_in(factories.staff_member(name="Paula Publisher", publisher=True))


def test_content_is_in_the_navigation_of_whoever_may_see_it(
    edition: Edition, publisher: Visitor
) -> None:
    nurse = factories.signed_in(factories.staff_member(clinic=factories.clinic()))
    vera = factories.signed_in(factories.staff_member(name="Vera View", overview=True))
    assert f'href="{DESK}"' in publisher.get(DESK).html
    assert f'href="{DESK}"' in vera.get("/en/overview/").html
    assert f'href="{DESK}"' not in nurse.get("/en/nurse/").html
