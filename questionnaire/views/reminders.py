"""Let someone choose whether a mail reminds them that work waits."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from questionnaire.actions.reminders import set_reminders
from questionnaire.forms.reminders import ReminderForm
from questionnaire.permissions import user_of
from questionnaire.views.feedback import done


def reminders(request: HttpRequest) -> HttpResponse:
    """Show and save the address and the choice of whoever is signed in: nobody sets those of another."""
    user = user_of(request)
    initial = {"email": user.email, "wanted": user.wants_reminders}
    form = ReminderForm(request.POST or None, initial=initial)
    if form.is_valid():
        wanted, language = form.cleaned_data["wanted"], get_language() or settings.LANGUAGE_CODE
        set_reminders(user, form.cleaned_data["email"], language, wanted=wanted)
        done(request, _("You will get reminders.") if wanted else _("You will get no reminders."))
        return redirect("mfa_index")
    context = {"form": form, "sends_mail": settings.SENDS_MAIL}
    return render(request, "account/reminders.html", context)
