"""Say from the audit events whose words an assessment contains, so that someone else reviews it."""

from django.db.models import Q

from questionnaire.audit.event_codes import AUTHORING_CODES, LOG_WRITING_CODES, EventCode
from questionnaire.domain.workflow import State
from questionnaire.models import Event, Intake, User


def is_involved(user: User, intake: Intake) -> bool:
    """Return whether someone else has to review this assessment, for the sake of four eyes.

    They were the author of a version of it, or wrote any of its words: a correction copies those of the
    version before. What they wrote in the log of the case counts until it was signed off.

    Of a version that was erased only the events are left, which do not say to which
    assessment of the case it belonged: so they count for each. The same goes for whoever the case was handed
    over to, and for whoever opened it with a reason: they chose this case themselves.
    """
    case = Intake.objects.filter(case=intake.case_id)
    versions = case.filter(previous=intake.previous_id)
    if versions.filter(author=user).exists():
        return True
    of_case = Event.objects.filter(case=intake.case_id)
    wrote = Q(intake__in=versions.values("pk")) | ~Q(intake__in=case.values("pk"))
    written = of_case.filter(wrote, actor=user, code__in=AUTHORING_CODES)
    not_signed = case.exclude(state=State.SIGNED_OFF)
    logged = of_case.filter(intake__in=not_signed.values("pk"), actor=user, code__in=LOG_WRITING_CODES)
    opened = of_case.filter(actor=user, code=EventCode.CASE_OPENED)
    taken_over = of_case.filter(code=EventCode.INTAKE_HANDED_OVER, reason=f"user {user.pk}")
    return written.exists() or logged.exists() or opened.exists() or taken_over.exists()
