"""Show the access keys, and switch them on or off."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from questionnaire import keyboard
from questionnaire.views.feedback import done


def keys(request: HttpRequest) -> HttpResponse:
    """Show the keys; a post switches them on or off."""
    if request.method == "POST":
        response, are_on = redirect("keys"), request.POST.get("keys") == "on"
        keyboard.set_enabled(response, enabled=are_on)
        done(request, _("The keys are on.") if are_on else _("The keys are off."))
        return response
    context = {"keys": keyboard.ACCESS_KEYS.values(), "are_on": keyboard.are_enabled(request)}
    return render(request, "keyboard.html", context)
