"""Forms for a password: to sign in, to reauthenticate, and to change it."""

from __future__ import annotations

from typing import Any

from allauth.account import forms
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from questionnaire.accounts.form_labels import OwnLabelsMixin


class LoginForm(OwnLabelsMixin, forms.LoginForm):  # type: ignore[misc]  # allauth has no types
    """User name and password."""

    labels = {"login": _("User name"), "password": _("Password")}


class ReauthenticateForm(OwnLabelsMixin, forms.ReauthenticateForm):  # type: ignore[misc]
    """The password of the person who is signed in."""

    labels = {"password": _("Password")}


class ChangePasswordForm(OwnLabelsMixin, forms.ChangePasswordForm):  # type: ignore[misc]
    """The old password, and the new one twice."""

    labels = {
        "oldpassword": _("Your password now"),
        "password1": _("Your new password"),
        "password2": _("Your new password once more"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = gettext(
            "At least %(length)d characters. A few words together are easy to remember."
        ) % {"length": settings.PASSWORD_MIN_LENGTH}

    def clean_oldpassword(self) -> str:
        """Refuse a wrong password as the page to sign in does: counted, and with an event."""
        adapter, password = get_adapter(), str(self.cleaned_data.get("oldpassword", ""))
        if not adapter.reauthenticate(self.user, password):
            raise adapter.validation_error("enter_current_password")
        return password

    def clean(self) -> dict[str, Any]:
        """Refuse the password that the account has now."""
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("password1") and cleaned["password1"] == cleaned.get("oldpassword"):
            self.add_error("password1", gettext("This is the password that you have now. Choose another."))
        return cleaned
