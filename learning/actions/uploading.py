"""Keeping an uploaded module file, discarding it, and publishing it as an edition."""

from __future__ import annotations

import datetime
import re

from django.db import transaction

from learning.actions import publishing
from learning.actions.staffing import note
from learning.content.modules import names_in
from learning.content.schema import Library
from learning.models import Draft, Edition, StaffMember

LARGEST = 150_000  # bytes; the longest module has a third of it
MOST_OPEN = 50
PASTED = "Pasted text"
_LONGEST_NAME = 80


class NotKept(Exception):
    """The file cannot be kept. What it says is for the person who uploaded it."""


class NotOpen(Exception):
    """The draft was published or discarded before."""


class NothingChanged(Exception):
    """The file says what the current edition says."""


def upload(*, data: bytes, file_name: str, by: StaffMember, now: datetime.datetime) -> Draft:
    """Keep a module file as a draft. Raises NotKept, and then nothing is kept."""
    text = _text(data)
    named = names_in(text)
    if named is None:
        raise NotKept(
            "This is not a module file: it has no line “slug: …” and “language: …”. Start from the "
            "file of a module, below."
        )
    slug, language = named
    with transaction.atomic():
        if Draft.objects.open().count() >= MOST_OPEN:
            raise NotKept(
                f"{MOST_OPEN} uploads are waiting already. Discard one that nobody needs, then "
                "upload again."
            )
        draft = Draft.objects.create(
            file_name=tidy_name(file_name),
            slug=slug,
            language=language,
            text=text,
            uploaded_by=by,
            uploaded_at=now,
        )
        note(staff=by, verb="uploaded", key=_key_of(draft), now=now)
    return draft


def _text(data: bytes) -> str:
    if len(data) > LARGEST:
        raise NotKept(
            f"The file is larger than {LARGEST // 1000} KB. A module file has far less: is it the "
            "right one?"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise NotKept(
            f"The file is not UTF-8 text: line {line} cannot be read. Save it as UTF-8, then "
            "upload it again."
        ) from error
    if not text.strip():
        raise NotKept("The file is empty.")
    if "\x00" in text:
        raise NotKept("The file holds characters that no text has. Save it as UTF-8 text.")
    return text.replace("\r\n", "\n")


def tidy_name(name: str) -> str:
    """A file name with nothing in it that could mislead whoever reads it."""
    last = re.split(r"[/\\]", name)[-1]
    return " ".join(re.sub(r"[^\w.() -]", "", last).split())[:_LONGEST_NAME] or "module.yaml"


def discard(*, draft: Draft, by: StaffMember, now: datetime.datetime) -> None:
    """Let a draft go, with its text. Raises NotOpen."""
    with transaction.atomic():
        kept = _locked(draft)
        kept.discarded_at, kept.text = now, ""
        kept.save(update_fields=["discarded_at", "text"])
        note(staff=by, verb="discarded", key=_key_of(kept), now=now)


def publish_draft(
    *,
    draft: Draft,
    library: Library,
    replaces: int,
    same_meaning: bool,
    by: StaffMember,
    now: datetime.datetime,
) -> Edition:
    """Publish the one module of ``library``, which was read from this draft.

    ``replaces`` is the number of the edition that it replaces, 0 where there is none. Raises
    NotOpen, NothingChanged, and what ``publishing.publish`` raises.
    """
    with transaction.atomic():
        kept = _locked(draft)
        (change,) = publishing.publish(
            library,
            actor=by.actor,
            now=now,
            same_meaning=same_meaning,
            replace={kept.slug: replaces},
            uploaded=True,
        )
        if change.outcome != "published":
            raise NothingChanged
        edition = Edition.objects.get(
            module__slug=change.module, language=change.language, number=change.number
        )
        kept.published_as = edition
        kept.save(update_fields=["published_as"])
        note(staff=by, verb="published upload", key=_key_of(kept), now=now)
    return edition


def forget_drafts(*, now: datetime.datetime) -> None:
    """Remove the drafts that were kept long enough."""
    Draft.objects.outdated(now).delete()


def _locked(draft: Draft) -> Draft:
    kept = Draft.objects.open().select_for_update().filter(pk=draft.pk).first()
    if kept is None:
        raise NotOpen
    return kept


def _key_of(draft: Draft) -> str:
    return f"{draft.slug}/{draft.language}/upload/{draft.key}"
