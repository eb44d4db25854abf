"""Addresses of staff accounts. allauth reverses its own names, so these carry no language."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from learning.web.staff import account_page

urlpatterns = [
    path("sign-in/", account_page(account.login), name="account_login"),
    path("sign-out/", account_page(account.logout), name="account_logout"),
    path("by-invitation/", account_page(account.signup), name="account_signup"),
    path("not-active/", account_page(account.account_inactive), name="account_inactive"),
    path("confirm-it-is-you/", account_page(account.reauthenticate), name="account_reauthenticate"),
    path("password/", account_page(account.password_change), name="account_change_password"),
    path("password/first/", account_page(account.password_set), name="account_set_password"),
    path(
        "password/forgotten/", account_page(account.password_reset), name="account_reset_password"
    ),
    path(
        "password/forgotten/sent/",
        account_page(account.password_reset_done),
        name="account_reset_password_done",
    ),
    path(
        "password/new/<slug:uidb36>/<slug:key>/",
        account_page(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/new/done/",
        account_page(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("second-step/", account_page(mfa.authenticate), name="mfa_authenticate"),
    path("second-step/again/", account_page(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("security/", account_page(mfa.index), name="mfa_index"),
    path("security/app/", account_page(totp.activate_totp), name="mfa_activate_totp"),
    path("security/app/remove/", account_page(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "security/recovery-codes/",
        account_page(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "security/recovery-codes/new/",
        account_page(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "security/recovery-codes/file/",
        account_page(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("security/passkeys/", account_page(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("security/passkeys/add/", account_page(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path(
        "security/passkeys/<int:pk>/",
        account_page(webauthn.edit_webauthn),
        name="mfa_edit_webauthn",
    ),
    path(
        "security/passkeys/<int:pk>/remove/",
        account_page(webauthn.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path(
        "security/passkeys/sign-in/",
        account_page(webauthn.login_webauthn),
        name="mfa_login_webauthn",
    ),
    path(
        "security/passkeys/again/",
        account_page(webauthn.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
]
