"""Read whether someone wants reminders by mail, and where."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ReminderForm(forms.Form):
    """The mail address of a person, and whether a reminder may be sent to it."""

    email = forms.EmailField(
        label=_("Your mail address at work"),
        required=False,
        help_text=_("Take an address that only you read. It serves for reminders alone, not to sign in."),
        error_messages={"invalid": _("This is no mail address. Write for example a.smit@example.org.")},
    )
    wanted = forms.BooleanField(label=_("Send me a reminder when work waits"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("wanted") and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", _("Write the address to send it to."))
        return cleaned
