"""Uploading a module file: what is wrong with it, what it would change, and publishing it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learning.actions import publishing, uploading
from learning.models import Draft
from learning.models.uploads import KEPT_DAYS
from learning.reports import uploads as reports
from learning.reports.changes import changes, stored
from learning.reports.previewing import contents_of
from learning.web import throttle
from learning.web.htmx import SeeOther
from learning.web.moment import now
from learning.web.overview.sign_offs import to_module
from learning.web.overview.upload_forms import NOT_CURRENT, PublishForm, UploadForm
from learning.web.staff import StaffRequest, desk_only, publisher_only


def draft_or_404(key: str) -> Draft:
    found = reports.find_draft(key)
    if found is None:
        raise Http404
    return found


def to_draft(language: str, key: str) -> HttpResponse:
    return SeeOther(reverse("overview:draft", args=[language, key]))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def uploads(request: StaffRequest, language: str) -> HttpResponse:
    if request.method != "POST":
        return _show_uploads(request, language, UploadForm())
    account = request.staff.key
    wait = throttle.wait_to_upload(account, now=now())
    form = UploadForm(request.POST, request.FILES)
    if wait:
        minutes = throttle.in_minutes(wait)
        form.add_error(
            None,
            f"You have uploaded {throttle.MOST_UPLOADS} files within the hour. Wait {minutes} "
            f"minute{'s' if minutes != 1 else ''}, then upload again.",
        )
        return throttle.try_later(_show_uploads(request, language, form, status=429), wait)
    if form.is_valid():
        throttle.note_upload(account, now=now())
        data, name = form.data_and_name()
        try:
            draft = uploading.upload(data=data, file_name=name, by=request.staff, now=now())
        except uploading.NotKept as refused:
            form.add_error(form.where, str(refused))
        else:
            return to_draft(language, draft.key)
    return _show_uploads(request, language, form, status=422)


def _show_uploads(
    request: StaffRequest, language: str, form: UploadForm, *, status: int = 200
) -> HttpResponse:
    return render(
        request,
        "overview/uploads.html",
        {
            "form": form,
            "drafts": reports.drafts(),
            "files": reports.files_to_start(language),
            "done": request.GET.get("done", ""),
            "kept_days": KEPT_DAYS,
        },
        status=status,
    )


@require_safe
@desk_only
def module_file(request: StaffRequest, language: str, slug: str) -> HttpResponse:
    """The current file of a module, to start from."""
    text = reports.file_to_start(language, slug)
    if text is None:
        raise Http404
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}.{language}.yaml"'
    return response


@require_safe
@desk_only
def draft(request: StaffRequest, language: str, key: str) -> HttpResponse:
    """What is wrong with an upload; of one that is no longer open, what became of it."""
    found = draft_or_404(key)
    page = reports.draft_page(found, today=timezone.localdate()) if found.is_open else None
    return render(
        request,
        "overview/draft.html",
        {
            "draft": found,
            "page": page,
            "publisher": request.staff.publisher,
            "kept_days": KEPT_DAYS,
        },
    )


@require_POST
@desk_only
def discard_draft(request: StaffRequest, language: str, key: str) -> HttpResponse:
    found = draft_or_404(key)
    try:
        uploading.discard(draft=found, by=request.staff, now=now())
    except uploading.NotOpen:
        return to_draft(language, key)
    return SeeOther(reverse("overview:uploads", args=[language]) + "?done=discarded")


@require_safe
@desk_only
def draft_changes(request: StaffRequest, language: str, key: str) -> HttpResponse:
    """Word by word against the current edition. Without both there is nothing to compare."""
    found = draft_or_404(key)
    page = reports.draft_page(found, today=timezone.localdate()) if found.is_open else None
    library, impact = (page.reading.library, page.impact) if page else (None, None)
    if library is None or impact is None or impact.current is None:
        return to_draft(language, key)
    after = contents_of(library, number=impact.current.number + 1)
    return render(
        request,
        "overview/draft_changes.html",
        {"draft": found, "changes": changes(stored(impact.current), after)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@publisher_only
def publish_draft(request: StaffRequest, language: str, key: str) -> HttpResponse:
    """Publish an upload. Says first what changes, and which edition is replaced."""
    found = draft_or_404(key)
    page = reports.draft_page(found, today=timezone.localdate()) if found.is_open else None
    library, impact = (page.reading.library, page.impact) if page else (None, None)
    if library is None or impact is None or not impact.can_be_published:
        return to_draft(language, key)
    form = PublishForm(request.POST if request.method == "POST" else None, impact=impact)
    if request.method == "POST" and form.is_valid():
        try:
            uploading.publish_draft(
                draft=found,
                library=library,
                replaces=form.cleaned_data["edition"],
                same_meaning=form.cleaned_data.get("same_meaning", False),
                by=request.staff,
                now=now(),
            )
        except (uploading.NotOpen, uploading.NothingChanged):
            return to_draft(language, key)
        except publishing.NotCurrent:
            form.add_error("edition", NOT_CURRENT)
        except (publishing.MeaningChanged, publishing.WordsChanged):
            # Somebody published these questions between the reading above and now.
            form.add_error(None, NOT_CURRENT)
        else:
            return to_module(found.language, found.slug, "published")
    return render(
        request,
        "overview/publish_draft.html",
        {"form": form, "draft": found, "impact": impact},
        status=422 if request.method == "POST" else 200,
    )
