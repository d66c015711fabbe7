"""Show where a person is signed in; ask before a session ends, and say when it did."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from questionnaire.accounts import session_list
from questionnaire.views.confirming import QUESTIONS, ask, is_confirmed
from questionnaire.views.feedback import done, refused


def sessions(request: HttpRequest) -> HttpResponse:
    """Show the sessions of this person; a post that was confirmed ends one of them, or all others."""
    if request.method == "POST" and not is_confirmed(request):
        return ask(request, QUESTIONS["sessions"], back=reverse("sessions"))
    if request.method != "POST":
        return session_list.sessions(request)
    if session_list.end(request, request.POST.get("end", "")):
        done(request, _("Signed out there."))
    else:
        refused(request, _("It was signed out there already."))
    return redirect("sessions")
