"""People who work with Waymark: nurses of a clinic, and those who see the overview.

They have accounts, by invitation only. Learners never have one.
"""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from learning.models.clinics import Clinic
from learning.models.keys import code_from, code_hashes, new_key
from learning.rules.codes import LINK_LENGTH, normal_code

_PURPOSE = "staff invitation"


class StaffMemberManager(BaseUserManager["StaffMember"]):
    def get_by_natural_key(self, username: str | None) -> StaffMember:
        return self.get(email__iexact=username)


class StaffMember(AbstractBaseUser):
    """A nurse where she has a clinic; ``overview`` and ``publisher`` are what else she may do.

    ``session_mark`` is part of every session: a new one ends them all.
    """

    key = models.CharField(max_length=22, unique=True, default=new_key)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=80)
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, null=True, blank=True, related_name="nurses"
    )
    overview = models.BooleanField(default=False)
    publisher = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    session_mark = models.CharField(max_length=22, default=new_key)
    joined_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = []

    objects = StaffMemberManager()

    class Meta:
        ordering = ("name", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="staff_address_in_small_letters"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sees_content(self) -> bool:
        """Whether the content desk is open to her: what was published, and what is due."""
        return self.overview or self.publisher

    @property
    def actor(self) -> str:
        """How the audit log names her: by key, so that it holds no address."""
        return f"staff:{self.key}"

    def get_session_auth_hash(self) -> str:
        return self._session_hash(None)

    def get_session_auth_fallback_hash(self) -> Any:
        from django.conf import settings

        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str | None) -> str:
        return salted_hmac(
            "learning.staff.session",
            f"{self.password}:{self.session_mark}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()


class StaffInvitationQuerySet(models.QuerySet["StaffInvitation"]):
    def open(self, now: datetime.datetime) -> StaffInvitationQuerySet:
        """Those whose link still works."""
        return self.filter(used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now)

    def of_link(self, word: str) -> StaffInvitationQuerySet:
        """That whose link has this secret word, if there is one."""
        code = normal_code(word) or ""
        return self.filter(token_hash__in=code_hashes(code, purpose=_PURPOSE))


def link_word(mark: str) -> str:
    """The secret word of the link that belongs to a random mark: at least 128 bits."""
    return code_from(mark, purpose=_PURPOSE, length=LINK_LENGTH)


def link_hash(word: str) -> str:
    """What is stored of the secret word of a link."""
    return code_hashes(word, purpose=_PURPOSE)[0]


class StaffInvitation(models.Model):
    """A link that makes one account, or lets ``member`` set a new password for hers.

    Only a hash of its token is stored.
    """

    key = models.CharField(max_length=22, unique=True, default=new_key)
    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=80)
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, null=True, blank=True)
    overview = models.BooleanField(default=False)
    publisher = models.BooleanField(default=False)
    member = models.ForeignKey(
        StaffMember, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    invited_by = models.ForeignKey(
        StaffMember, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = StaffInvitationQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(
                    Q(clinic__isnull=False)
                    | Q(overview=True)
                    | Q(publisher=True)
                    | Q(member__isnull=False)
                ),
                name="invitation_gives_a_role",
            ),
            models.UniqueConstraint(
                fields=("email",),
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
                name="one_staff_invitation_for_an_address",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation of {self.name}"
