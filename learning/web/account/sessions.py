"""Who is signed in: the session and its member of staff, found anew for every staff page.

As Django and allauth find them, but by prepared queries, because a nurse has only minutes.
"""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.utils import timezone

from learning.models import StaffMember
from learning.reports.staff import member_of_session, open_session


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        """What is kept under the key of the cookie. Where nothing is, it is no key of a session."""
        found = open_session(self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
            return {}
        return self.decode(found.session_data)


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types for it
    def get_user(self, user_id: int) -> StaffMember | None:
        member = member_of_session(user_id)
        return member if self.user_can_authenticate(member) else None
