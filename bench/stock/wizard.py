"""The forms, the view and the addresses of the stock wizard."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from formtools.wizard.views import NamedUrlSessionWizardView

STEPS: Final = 5
_CHOICES: Final = [(letter, f"Choice {letter}") for letter in "abcd"]


class StepForm(forms.Form):
    """Six fields, one of each usual kind."""

    name = forms.CharField(max_length=100)
    story = forms.CharField(widget=forms.Textarea)
    often = forms.ChoiceField(choices=_CHOICES, widget=forms.RadioSelect)
    places = forms.MultipleChoiceField(choices=_CHOICES, widget=forms.CheckboxSelectMultiple)
    since = forms.DateField()
    agreed = forms.BooleanField(required=False)


class Wizard(NamedUrlSessionWizardView):  # type: ignore[misc]  # formtools has no types
    """The wizard as the documentation of formtools shows it."""

    template_name = "step.html"
    form_list = [(f"step{number}", StepForm) for number in range(STEPS)]

    def done(self, form_list: Any, **kwargs: Any) -> HttpResponse:
        """End the wizard."""
        return HttpResponse("done")


def _up(request: HttpRequest) -> HttpResponse:
    return HttpResponse("up")


urlpatterns = [
    path("up", _up),
    path("wizard/<step>/", Wizard.as_view(url_name="step", done_step_name="done"), name="step"),
]
