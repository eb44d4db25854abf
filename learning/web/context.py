"""What every page may say of the site itself."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

# The pages that every page leads to.
_EVERYWHERE = (
    "public:home",
    "public:help_now",
    "public:modules",
    "public:words",
    "public:sources",
    "public:promises",
    "public:about",
    "learner:progress",
    "learner:clear",
)


@cache
def links(language: str) -> dict[str, str]:
    """Their addresses by the last word of their name, looked up once a language."""
    return {name.partition(":")[2]: reverse(name, args=[language]) for name in _EVERYWHERE}


def site(request: HttpRequest) -> dict[str, Any]:
    """Language, operator, and the switches a page must tell its reader about."""
    match = request.resolver_match
    language = (match and match.kwargs.get("language")) or settings.LANGUAGES[0][0]
    return {
        "language": language,
        "links": links(language),
        "operator": settings.OPERATOR,
        "demo": settings.DEMO,
        "read_only": settings.READ_ONLY,
        "sends_mail": settings.SENDS_MAIL,
        "device_days": settings.DEVICE_DAYS,
        "shared_minutes": settings.SHARED_DEVICE_MINUTES,
        "has_learner": getattr(request, "device", None) is not None,
    }
