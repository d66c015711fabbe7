"""Turn a stored intake and its review into the input that documents are built from."""

from __future__ import annotations

from django.utils.timezone import localtime

from questionnaire.audit.sign_offs import sign_off_of
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.review import Review, ReviewRemark
from questionnaire.models import Intake


def as_intake_file(intake: Intake) -> IntakeFile:
    """Return the intake as it is stored now, in the form of an answers file."""
    content = intake.content
    return IntakeFile(
        date=intake.on,
        answers=intake.answers,
        language=intake.language,
        reference=intake.case.reference,
        author=str(intake.author),
        running_note=content["running_note"],
        view=content["view"],
        incidents=intake.incident_log,
        notes=content["notes"],
        reasons=content["reasons"],
        sources=content["sources"],
    )


def review_of(intake: Intake) -> Review:
    """Return the remarks, answers and sign-off of an intake so far."""
    sign_off = sign_off_of(intake)
    corrected = sign_off_of(intake.corrects) if intake.corrects else None
    return Review(
        tuple(
            ReviewRemark(
                row.content["item"],
                row.content["text"],
                str(row.by),
                row.content["answer"],
                str(row.answered_by or ""),
            )
            for row in intake.remarks.select_related("by", "answered_by")
        ),
        signed_by=str(sign_off.by) if sign_off else "",
        signed_on=localtime(sign_off.at).date() if sign_off else None,
        corrects=localtime(corrected.at).date() if corrected else None,
        signed_level=intake.signed_level,
        signed_rules=intake.signed_rules_version,
    )
