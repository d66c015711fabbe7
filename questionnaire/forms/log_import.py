"""The form that takes a log: pasted, or as a file."""

from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.domain.log_import.table import Table
from questionnaire.log_files.errors import LogFileError
from questionnaire.log_files.reading import read_file

MAX_PASTED = 1_000_000


class LogForm(forms.Form):
    """A log to read. When the form is valid, `content` is its text or table."""

    pasted = forms.CharField(
        label=gettext_lazy("Paste the log here"),
        help_text=gettext_lazy(
            "Rows copied from a spreadsheet, text with a date before each line, or a chat that was exported."
        ),
        required=False,
        strip=False,
        max_length=MAX_PASTED,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off"}),
    )
    file = forms.FileField(
        label=gettext_lazy("Or open a file"),
        help_text=gettext_lazy("CSV, Excel (XLSX), ODS or plain text, at most 5 MB. The file is not kept."),
        required=False,
        allow_empty_file=True,
        max_length=None,
    )

    use_required_attribute = False

    def focus(self) -> None:
        """Have the page begin in the first field in error."""
        for name in list(self.errors)[:1]:
            self.fields[name].widget.attrs["autofocus"] = True

    def clean(self) -> None:
        pasted, file = self.cleaned_data.get("pasted", ""), self.cleaned_data.get("file")
        if self.errors:
            return
        if isinstance(file, UploadedFile):
            try:
                self.content: str | Table = read_file(file.read())
            except LogFileError as error:
                self.add_error("file", error.message)
        elif pasted.strip():
            self.content = pasted
        else:
            self.add_error("pasted", _("Paste the log, or choose a file."))
