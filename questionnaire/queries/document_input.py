"""A stored intake as documents take it: what was said, what came of the review, and what is signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from django.utils.timezone import localtime

from questionnaire.documents import make
from questionnaire.documents.renderers.pdf import render_pdf
from questionnaire.documents.snapshot import snapshot
from questionnaire.domain import dates
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.review import Remarked, Review
from questionnaire.models import Intake, SignOff, User


def told(intake: Intake) -> IntakeFile:
    """The intake as it is stored now, as an answers file would hold it."""
    content = intake.content
    return IntakeFile(
        date=intake.on,
        answers=intake.answers,
        language=intake.language,
        reference=intake.reference,
        author=str(intake.author),
        running_note=content["running_note"],
        view=content["view"],
        incidents=tuple(incident.told for incident in intake.incidents.all()),
        notes=content["notes"],
        reasons=content["reasons"],
        sources=content["sources"],
    )


def reviewed(intake: Intake) -> Review:
    """What came of the review so far."""
    signed = SignOff.objects.filter(intake=intake).select_related("by").first()
    remarks = intake.remarks.select_related("by", "answered_by")
    return Review(
        tuple(
            Remarked(
                row.content["item"],
                row.content["text"],
                str(row.by),
                row.content["answer"],
                str(row.answered_by or ""),
            )
            for row in remarks
        ),
        str(signed.by) if signed else "",
        _signed_on(intake),
        _signed_on(intake.corrects),
    )


def _signed_on(intake: Intake | None) -> date | None:
    signed = SignOff.objects.filter(intake=intake).first() if intake else None
    return localtime(signed.at).date() if signed else None


def to_sign(intake: Intake, by: User) -> tuple[bytes, Mapping[str, object]]:
    """The PDF as it is once this person has signed today, and the words on the page. Raises PdfError."""
    whole = told(intake)
    review = replace(reviewed(intake), signed_by=str(by), signed_on=dates.today())
    # Without the case over time: whoever opens this PDF later may not see the earlier conversations.
    document = make(whole, intake.language, follow_up=intake.follow_up, review=review, paper=True)
    return render_pdf(document), snapshot(whole)
