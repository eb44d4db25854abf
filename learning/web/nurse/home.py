"""The two-minute page: who needs this nurse, and about what."""

from __future__ import annotations

import re

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from learning.reports.attention import ABOUT, attention_page
from learning.web.moment import now
from learning.web.staff import StaffRequest, nurse_only

_NUMBER = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)


@require_safe
@nurse_only
def home(request: StaffRequest, language: str) -> HttpResponse:
    asked = request.GET
    group, about, number = asked.get("group", ""), asked.get("about", ""), asked.get("page", "1")
    if about not in ("", *ABOUT) or not _NUMBER.fullmatch(number):
        raise Http404
    page = attention_page(request.staff, group=group, about=about, page=int(number), now=now())
    if page is None:
        raise Http404
    home = reverse("nurse:home", args=[language])
    return render(
        request,
        "nurse/home.html",
        {
            "page": page,
            "asked_group": group,
            "home": home,
            "list": f"{home}?group={group}&" if group else f"{home}?",
            # Whoever asked for a part of the list is led to it, by a script or without one.
            "moved": any(name in asked for name in ("group", "about", "page")),
        },
    )
