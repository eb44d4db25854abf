"""Addresses. People print and bookmark them: language first, words or random keys, no counters."""

from django.conf import settings
from django.urls import include, path, register_converter

from learning.web import operator, public
from learning.web.account import demo, entering
from learning.web.learner import asking, checks, joining, me, papers, returning, sharing
from learning.web.nurse import assigning, groups, invitations, people
from learning.web.nurse import home as nurse_home
from learning.web.overview import (
    audit,
    clinics,
    content,
    figures,
    previewing,
    sign_offs,
    staff,
    uploads,
    withdrawing,
)


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
    path("join/", joining.join, name="join"),
    path("join/<str:ticket>/", joining.joining, name="joining"),
    path("return/", returning.come_back, name="return"),
    path("me/keep/", returning.keep, name="keep"),
    path("me/sharing/", sharing.sharing, name="sharing"),
    path("me/sharing/<slug:key>/", sharing.membership, name="membership"),
    path("me/sharing/<slug:key>/leave/", sharing.leave, name="leave"),
    path("me/questions/", asking.questions, name="questions"),
    path("me/questions/<slug:key>/", asking.team_question, name="team_question"),
    path("me/questions/<slug:key>/share/", asking.share_question, name="share_question"),
    path("me/questions/<slug:key>/unshare/", asking.unshare_question, name="unshare_question"),
    path("me/questions/<slug:key>/remove/", asking.drop_question, name="drop_question"),
    path("me/visit/", papers.visit, name="visit"),
    path("me/card/", papers.card, name="card"),
    path("me/team/", papers.team, name="team"),
]

nurse_pages = [
    path("", nurse_home.home, name="home"),
    path("groups/", groups.groups, name="groups"),
    path("groups/new/", groups.new_group, name="new_group"),
    path("groups/<slug:key>/", groups.group, name="group"),
    path("groups/<slug:key>/assign/", assigning.assign_group, name="assign"),
    path("groups/<slug:key>/colleagues/", groups.colleagues, name="colleagues"),
    path("groups/<slug:key>/leave/", groups.leave_group, name="leave_group"),
    path("groups/<slug:key>/close/", groups.close_group, name="close_group"),
    path("groups/<slug:key>/invitations/", invitations.invitations, name="invitations"),
    path(
        "groups/<slug:key>/invitations/new-code/",
        invitations.renew_invitation,
        name="renew_invitation",
    ),
    path("groups/<slug:key>/slips/<slug:sheet>/", invitations.slips, name="slips"),
    path("invitations/<slug:key>/stop/", invitations.revoke_invitation, name="revoke_invitation"),
    path("groups/<slug:key>/roster/", people.roster, name="roster"),
    path("people/<slug:key>/", people.person, name="person"),
    path("people/<slug:key>/assign/", assigning.assign_person, name="assign_person"),
    path("people/<slug:key>/teach-back/", people.teach_back, name="teach_back"),
    path("people/<slug:key>/questions/<slug:question>/", people.talked_over, name="talked_over"),
    path("people/<slug:key>/note/", people.note, name="note"),
    path("people/<slug:key>/remove/", people.remove_person, name="remove_person"),
    path("assignments/<slug:key>/", assigning.assignment, name="assignment"),
]

overview_pages = [
    path("", figures.home, name="home"),
    path("figures/<slug:name>/", figures.report, name="report"),
    path("figures/<slug:name>/file/", figures.report_file, name="report_file"),
    path("questions/<slug:slug>/<slug:key>/<int:version>/", figures.question, name="question"),
    path(
        "questions/<slug:slug>/<slug:key>/<int:version>/withdraw/",
        withdrawing.withdraw_question,
        name="withdraw_question",
    ),
    path("content/", content.content, name="content"),
    path("content/uploads/", uploads.uploads, name="uploads"),
    path("content/uploads/files/<slug:slug>/", uploads.module_file, name="module_file"),
    path("content/uploads/<slug:key>/", uploads.draft, name="draft"),
    path("content/uploads/<slug:key>/discard/", uploads.discard_draft, name="discard_draft"),
    path("content/uploads/<slug:key>/changes/", uploads.draft_changes, name="draft_changes"),
    path("content/uploads/<slug:key>/publish/", uploads.publish_draft, name="publish_draft"),
    path("content/uploads/<slug:key>/preview/", previewing.preview, name="preview"),
    path(
        "content/uploads/<slug:key>/preview/sections/<slug:section>/",
        previewing.section,
        name="preview_section",
    ),
    path(
        "content/uploads/<slug:key>/preview/questions/<int:number>/",
        previewing.question,
        name="preview_question",
    ),
    path("content/<slug:slug>/", content.content_module, name="content_module"),
    path("content/<slug:slug>/changes/", content.changes, name="changes"),
    path("content/<slug:slug>/withdraw/", withdrawing.withdraw_module, name="withdraw_module"),
    path(
        "content/<slug:slug>/editions/<int:number>/sign-off/", sign_offs.sign_off, name="sign_off"
    ),
    path(
        "content/<slug:slug>/sign-offs/<slug:key>/take-back/", sign_offs.take_back, name="take_back"
    ),
    path("clinics/", clinics.clinics, name="clinics"),
    path("clinics/new/", clinics.new_clinic, name="new_clinic"),
    path("clinics/<slug:key>/", clinics.clinic, name="clinic"),
    path("audit/", audit.audit, name="audit"),
    path("audit/file/", audit.audit_file, name="audit_file"),
    path("staff/", staff.staff, name="staff"),
    path("staff/invite/", staff.invite, name="invite"),
    path("staff/invitations/<slug:token>/", staff.invited, name="invited"),
    path("staff/invitations/<slug:key>/revoke/", staff.revoke, name="revoke_invitation"),
    path("staff/groups/<slug:key>/", staff.hand_over, name="hand_over"),
    path("staff/<slug:key>/", staff.staff_member, name="staff_member"),
    path("staff/<slug:key>/deactivate/", staff.deactivate, name="deactivate"),
    path("staff/<slug:key>/reactivate/", staff.reactivate, name="reactivate"),
    path("staff/<slug:key>/begin-anew/", staff.begin_anew, name="begin_anew"),
]

account_pages = [
    path("", entering.home, name="home"),
    path("invited/<slug:token>/", entering.invited, name="invited"),
    path("demo/<slug:token>/", demo.demo, name="demo"),
]

urlpatterns = [
    path("", public.front_door, name="front_door"),
    path("healthz", operator.healthz, name="healthz"),
    path("readyz", operator.readyz, name="readyz"),
    # allauth reverses its own names without a language
    path(f"{settings.LANGUAGES[0][0]}/account/", include("learning.web.account.urls")),
    path(f"{settings.LANGUAGES[0][0]}/account/", include((account_pages, "account"))),
    path("<language:language>/nurse/", include((nurse_pages, "nurse"))),
    path("<language:language>/overview/", include((overview_pages, "overview"))),
    path("<language:language>/", include((learner_pages, "learner"))),
    path("<language:language>/", include((public_pages, "public"))),
]

handler400 = "learning.web.trouble.bad_request"
handler403 = "learning.web.trouble.refused"
handler404 = "learning.web.trouble.not_found"
handler429 = "learning.web.trouble.too_many"  # asked for by allauth alone
handler500 = "learning.web.trouble.broken"
