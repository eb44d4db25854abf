"""Addresses. People print and bookmark them: language first, words or random keys, no counters."""

from django.conf import settings
from django.urls import include, path, register_converter

from learning.web import operator, public
from learning.web.learner import checks, me


class Language:
    """A language the site offers; any other first word is not an address."""

    regex = "|".join(code for code, _ in settings.LANGUAGES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Language, "language")

public_pages = [
    path("", public.home, name="home"),
    path("modules/", public.modules, name="modules"),
    path("modules/<slug:slug>/", public.module, name="module"),
    path("modules/<slug:slug>/print/", public.print_module, name="print"),
    path("modules/<slug:slug>/<slug:section>/", public.section, name="section"),
    path("words/", public.words, name="words"),
    path("sources/", public.sources, name="sources"),
    path("promises/", public.promises, name="promises"),
    path("about/", public.about, name="about"),
    path("help-now/", public.help_now, name="help_now"),
]

learner_pages = [
    path("modules/<slug:slug>/before/", checks.before, name="before"),
    path("modules/<slug:slug>/check/", checks.check, name="check"),
    path("checks/<slug:key>/", checks.results, name="results"),
    path("checks/<slug:key>/<int:number>/", checks.question, name="question"),
    path("me/", me.progress, name="progress"),
    path("me/download/", me.download, name="download"),
    path("me/places/", me.places, name="places"),
    path("me/erase/", me.erase, name="erase"),
    path("me/clear/", me.clear, name="clear"),
    path("me/gone/", me.gone, name="gone"),
    path("me/corrections/", me.corrections_seen, name="corrections_seen"),
]

urlpatterns = [
    path("", public.front_door, name="front_door"),
    path("healthz", operator.healthz, name="healthz"),
    path("readyz", operator.readyz, name="readyz"),
    # allauth reverses its own names without a language
    path(f"{settings.LANGUAGES[0][0]}/account/", include("learning.web.account.urls")),
    path("<language:language>/", include((learner_pages, "learner"))),
    path("<language:language>/", include((public_pages, "public"))),
]

handler400 = "learning.web.trouble.bad_request"
handler403 = "learning.web.trouble.refused"
handler404 = "learning.web.trouble.not_found"
handler500 = "learning.web.trouble.broken"
