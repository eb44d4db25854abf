"""What every page may say of the site itself."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Language, operator, and the switches a page must tell its reader about."""
    match = request.resolver_match
    language = match.kwargs.get("language") if match else None
    return {
        "language": language or settings.LANGUAGES[0][0],
        "operator": settings.OPERATOR,
        "demo": settings.DEMO,
        "read_only": settings.READ_ONLY,
        "has_learner": getattr(request, "device", None) is not None,
    }
