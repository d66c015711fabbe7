"""The forms about access to a case: handing it over, and opening one with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from questionnaire.domain.reasons import is_of_substance
from questionnaire.forms.fields import clean_free_text
from questionnaire.models import User


class HandOverForm(forms.Form):
    """The colleague to whom a case is handed over, with a note for them; `note` is one to begin with.

    Whoever `may_go_on_reading` can ask for that.
    """

    note = forms.CharField(
        label=_("Note for your colleague"),
        help_text=_("What do they need to know first? Is there an appointment?"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, posted: Any = None, *, colleagues: Sequence[User], may_go_on_reading: bool, note: str = ""
    ) -> None:
        super().__init__(posted, initial={"note": note})
        self.colleagues = {str(user.pk): user for user in colleagues}
        self.fields["to"] = forms.ChoiceField(
            label=_("To whom"),
            choices=[("", _("Choose")), *((key, str(user)) for key, user in self.colleagues.items())],
            error_messages={"required": _("Choose a colleague.")},
        )
        self.order_fields(["to", "note"])
        if may_go_on_reading:
            self.fields["goes_on_reading"] = forms.BooleanField(
                label=_("Give me read access, so that I still see this case"), required=False
            )

    def clean_note(self) -> str:
        return clean_free_text(self.cleaned_data["note"])

    @property
    def colleague(self) -> User:
        return self.colleagues[self.cleaned_data["to"]]


class ReasonForm(forms.Form):
    """The reason why someone opens a case that is not theirs."""

    reason = forms.CharField(
        label=_("Why do you open this?"),
        help_text=_(
            "One whole sentence: what happened, and what you need it for. The author and the reviewer read "
            "it today. Do not write down what the client told."
        ),
        max_length=500,
        strip=False,
        error_messages={"required": _("Write down why you open this.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    says_too_little = _(
        "This says too little. Write a sentence that your colleague can check, for example: I "
        "replace Alice, who is ill, and the client calls at two."
    )

    def clean_reason(self) -> str:
        reason = clean_free_text(self.cleaned_data["reason"])
        if not reason:  # spaces and invisible characters only, which pass as filled in
            raise forms.ValidationError(self.fields["reason"].error_messages["required"])
        if not is_of_substance(reason):
            raise forms.ValidationError(self.says_too_little)
        return reason


class AloneForm(ReasonForm):
    """The reason why something cannot wait for a second person."""

    reason = forms.CharField(
        label=_("Why can this not wait?"),
        help_text=_(
            "One whole sentence. Managers, auditors and who could have agreed read it. "
            "Do not write down what the client told, or the name of a client."
        ),
        max_length=500,
        strip=False,
        error_messages={"required": _("Write down why this cannot wait.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    says_too_little = _(
        "This says too little. Write a sentence that your colleagues can check, for example: The reviewer is "
        "ill until Monday, and the evening shift has to act now."
    )
