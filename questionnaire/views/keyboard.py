"""The keys that pages answer to, and the switch for those that could be in someone's way."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from questionnaire import keyboard


def keys(request: HttpRequest) -> HttpResponse:
    """The list, and the switch."""
    if request.method == "POST":
        response = redirect("keys")
        keyboard.switch(response, on=request.POST.get("keys") == "on")
        return response
    context = {"keys": keyboard.KEYS.values(), "are_on": keyboard.are_on(request)}
    return render(request, "keyboard.html", context)
