"""The one place that knows an HTMX request from a plain one.

A view always answers with the whole page; the element on the page says which part it takes. The
only difference: after a valid POST a plain request is sent on with 303, while HTMX gets the page
that the GET would have shown, in the same round trip.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers

MARK = "Waymark-Page"


class SeeOther(HttpResponseRedirect):
    """303: what was posted is done, and this is the page to look at."""

    status_code = 303


def done(request: HttpRequest, url: str, show: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer a POST that was carried out: 303 to ``url``, or what ``show`` gives for that URL.

    Then ``Content-Location`` names the URL, so that a reload shows the same page.
    """
    if getattr(request, "htmx", False):
        response = show()
        response["Content-Location"] = url
    else:
        response = SeeOther(url)
    patch_vary_headers(response, ("HX-Request",))
    return response


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """Send the whole page on to ``url``: htmx would otherwise put that page into a region."""
    if getattr(request, "htmx", False):
        response = HttpResponse(status=204, headers={"HX-Redirect": url})
    else:
        response = SeeOther(url)
    patch_vary_headers(response, ("HX-Request",))
    return response
