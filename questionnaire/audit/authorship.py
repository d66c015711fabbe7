"""Say from the audit events whose words an assessment contains, so that someone else reviews it."""

from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from questionnaire.audit.event_codes import AUTHORING_CODES, LOG_WRITING_CODES, EventCode
from questionnaire.domain.workflow import State
from questionnaire.models import Event, Intake, User

#: In place of the id of the assessment before, where there is none: in SQL nothing is equal to NULL.
_NONE: Final = UUID(int=0)
#: How the event of a hand-over that was taken back begins its reason; the id of the colleague follows.
TAKEN_BACK_FROM: Final = "back from user"


def is_involved(user: User, intake: Intake) -> bool:
    """Return whether someone else has to review this assessment, see `involving`."""
    return Intake.objects.filter(involving(user), pk=intake.pk).exists()


def involving(user: User) -> Q:
    """Return the assessments that someone else has to review, for the sake of four eyes.

    They were the author of a version of it, or wrote any of its words: a correction copies those of the
    version before. What they wrote in the log of the case counts until it was signed off.

    Of a version that was erased only the events are left, which do not say to which
    assessment of the case it belonged: so they count for each. The same goes for whoever the case was handed
    over to, unless that was taken back before they did anything in it, and for whoever opened it with a
    reason: they chose this case themselves.
    """
    case = Intake.objects.alias(follows=Coalesce("previous", Value(_NONE)))
    versions = case.filter(case=OuterRef("case"), follows=Coalesce(OuterRef("previous"), Value(_NONE)))
    of_case = Event.objects.filter(case=OuterRef("case"))
    its_intake = case.filter(pk=OuterRef("intake"), case=OuterRef("case"))
    of_another = its_intake.exclude(follows=Coalesce(OuterRef(OuterRef("previous")), Value(_NONE)))
    written = of_case.filter(~Exists(of_another), actor=user, code__in=AUTHORING_CODES)
    not_signed = its_intake.exclude(state=State.SIGNED_OFF)
    logged = of_case.filter(Exists(not_signed), actor=user, code__in=LOG_WRITING_CODES)
    about_rights = Event.objects.about_rights().filter(case=OuterRef("case"))
    opened = about_rights.filter(actor=user, code=EventCode.CASE_OPENED)
    handed_over = about_rights.filter(code=EventCode.INTAKE_HANDED_OVER, reason=f"user {user.pk}")
    taken_over = handed_over.filter(~Exists(_taken_back(user)))
    return Q(
        Exists(versions.filter(author=user))
        | Exists(written)
        | Exists(logged)
        | Exists(opened)
        | Exists(taken_over)
    )


def _taken_back(user: User) -> QuerySet[Event]:
    """Return what took the hand-over to this person in an outer query back: it is the next of both kinds."""
    about_rights = Event.objects.about_rights().filter(case=OuterRef("case"))
    handed_over = about_rights.filter(code=EventCode.INTAKE_HANDED_OVER)
    again = handed_over.filter(
        reason=f"user {user.pk}", seq__gt=OuterRef(OuterRef("seq")), seq__lt=OuterRef("seq")
    )
    back = handed_over.filter(reason=f"{TAKEN_BACK_FROM} {user.pk}", seq__gt=OuterRef("seq"))
    return back.filter(~Exists(again))
