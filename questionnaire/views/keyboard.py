"""Show the access keys, and switch them on or off."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from questionnaire import keyboard


def keys(request: HttpRequest) -> HttpResponse:
    """Show the keys; a post switches them on or off."""
    if request.method == "POST":
        response = redirect("keys")
        keyboard.set_enabled(response, enabled=request.POST.get("keys") == "on")
        return response
    context = {"keys": keyboard.ACCESS_KEYS.values(), "are_on": keyboard.are_enabled(request)}
    return render(request, "keyboard.html", context)
