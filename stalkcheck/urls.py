"""The project's URLs. Every name here has its row in questionnaire.permissions.

Of allauth only those pages that a person made by command needs: nobody signs up, and no mail is sent.
"""

from allauth.account import views as account
from django.urls import include, path
from django.views.i18n import set_language

from stalkcheck.sign_in import change_password, logout

urlpatterns = [
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", logout, name="account_logout"),
    path("account/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", change_password, name="account_change_password"),
    path("language/", set_language, name="set_language"),
    path("", include("questionnaire.urls")),
]

handler400 = "stalkcheck.errors.bad_request"
