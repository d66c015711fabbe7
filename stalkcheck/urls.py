"""The project's URLs. Every name here has its row in questionnaire.permissions.

Of allauth there are only the pages for accounts that a command made: nobody signs up, and no mail is sent.
URL names that allauth looks up are its own.
"""

from allauth.account import views as account
from django.urls import include, path
from django.views.i18n import set_language

from questionnaire.accounts import second_factor_views as factor
from questionnaire.accounts.identity_providers import ORGANISATION
from questionnaire.accounts.login import change_password, logout
from questionnaire.views import provider_sign_in
from questionnaire.views.own_sessions import sessions

urlpatterns = [
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", logout, name="account_logout"),
    path("account/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", change_password, name="account_change_password"),
    path("account/", factor.index, name="mfa_index"),
    path("account/sessions/", sessions, name="sessions"),
    path("account/organisation/", provider_sign_in.sign_in, name="organisation"),
    path(
        "account/organisation/<slug:provider>/callback/",
        provider_sign_in.callback,
        name="organisation_callback",
    ),
    # Where the provider of the variables leads back to, as it was told before there could be others. Of two
    # addresses the last one is given to providers.
    path(
        "account/organisation/callback/",
        provider_sign_in.callback,
        {"provider": ORGANISATION},
        name="organisation_callback",
    ),
    path("account/login/code/", factor.authenticate, name="mfa_authenticate"),
    path("account/login/passkey/", factor.sign_in_by_passkey, name="mfa_login_webauthn"),
    path("account/confirm/code/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("account/confirm/passkey/", factor.reauthenticate_passkey, name="mfa_reauthenticate_webauthn"),
    path("account/app/", factor.activate, name="mfa_activate_totp"),
    path("account/app/remove/", factor.deactivate, name="mfa_deactivate_totp"),
    path("account/codes/", factor.view_codes, name="mfa_view_recovery_codes"),
    path("account/codes/new/", factor.generate_codes, name="mfa_generate_recovery_codes"),
    path("account/passkeys/add/", factor.add_passkey, name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/remove/", factor.remove_passkey, name="mfa_remove_webauthn"),
    path("language/", set_language, name="set_language"),
    path("", include("questionnaire.urls")),
]

handler400 = "questionnaire.views.http_errors.bad_request"
handler403 = "questionnaire.views.http_errors.permission_denied"
# Allauth looks this up by its name.
handler429 = "questionnaire.middleware.limits.too_many"
handler500 = "questionnaire.views.database_errors.server_error"
