"""Who may do what: one table of every URL name and method, closed for whatever is not in it.

A URL that is about one intake has its id as the argument `uuid`. Its row in the table names what the person
must be to that intake, and the view gets it from `intake_of`. An intake that someone may not see is answered
exactly as one that does not exist.
"""

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Any, Final, cast
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from questionnaire.audit.log import WRITTEN
from questionnaire.domain.workflow import Relation
from questionnaire.models import AccessScope, Event, Intake, IntakeQuerySet, Membership, User, teams_of


class Who(Enum):
    """What a person must be, from the least to the most."""

    ANYONE = auto()
    SIGNED_IN = auto()
    PROFESSIONAL = auto()  # in any team
    MANAGER = auto()  # of any team
    ADMINISTRATOR = auto()  # of any team
    LISTED = auto()  # someone who may know that the intake in the URL is there
    READER = auto()  # of the intake in the URL
    KEEPER = auto()  # of the intake in the URL: whoever writes in it, also when it is closed
    WRITER = auto()  # the same; questionnaire.middleware.closed_intake answers while what was said is closed
    REVIEWER = auto()  # of the intake in the URL, who wrote nothing in it
    HOLDER = auto()  # of the intake in the URL: decides who else may see it


TABLE: Final[Mapping[str, Mapping[str, Who]]] = {
    "account_login": {"GET": Who.ANYONE, "POST": Who.ANYONE},
    "account_logout": {"GET": Who.ANYONE, "POST": Who.ANYONE},
    "account_reauthenticate": {"GET": Who.SIGNED_IN, "POST": Who.SIGNED_IN},
    "account_change_password": {"GET": Who.SIGNED_IN, "POST": Who.SIGNED_IN},
    # The second factor of someone who gave a password, and who is nobody yet.
    "mfa_authenticate": {"GET": Who.ANYONE, "POST": Who.ANYONE},
    "mfa_login_webauthn": {"GET": Who.ANYONE, "POST": Who.ANYONE},
    "organisation": {"GET": Who.ANYONE, "POST": Who.ANYONE},
    "organisation_callback": {"GET": Who.ANYONE},
    "mfa_index": {"GET": Who.SIGNED_IN},
    "mfa_reauthenticate": {"GET": Who.SIGNED_IN, "POST": Who.SIGNED_IN},
    "mfa_reauthenticate_webauthn": {"GET": Who.SIGNED_IN, "POST": Who.SIGNED_IN},
    "mfa_activate_totp": {"GET": Who.SIGNED_IN, "POST": Who.SIGNED_IN},
    "mfa_deactivate_totp": {"GET": Who.SIGNED_IN, "POST": Who.SIGNED_IN},
    "mfa_view_recovery_codes": {"GET": Who.SIGNED_IN},
    "mfa_generate_recovery_codes": {"GET": Who.SIGNED_IN, "POST": Who.SIGNED_IN},
    "mfa_add_webauthn": {"GET": Who.SIGNED_IN, "POST": Who.SIGNED_IN},
    "mfa_remove_webauthn": {"GET": Who.SIGNED_IN, "POST": Who.SIGNED_IN},
    "sessions": {"GET": Who.SIGNED_IN, "POST": Who.SIGNED_IN},
    "sign_ins": {"GET": Who.SIGNED_IN},
    "set_language": {"POST": Who.ANYONE},
    # Hiding the screen ends at the neutral page also for someone whose session has ended meanwhile.
    "lock": {"POST": Who.ANYONE},
    "notes": {"GET": Who.ANYONE},
    "unlock": {"GET": Who.SIGNED_IN, "POST": Who.SIGNED_IN},
    "extend": {"POST": Who.SIGNED_IN},
    "kept": {"GET": Who.SIGNED_IN, "POST": Who.SIGNED_IN},
    "keys": {"GET": Who.SIGNED_IN, "POST": Who.SIGNED_IN},
    # Taking the screen back from the client: the password.
    "leave": {"GET": Who.SIGNED_IN, "POST": Who.SIGNED_IN},
    # What is searched for is posted: a reference does not belong in an address, which browsers keep.
    "intakes": {"GET": Who.SIGNED_IN, "POST": Who.SIGNED_IN},
    # The questions on paper, without anything of an intake.
    "sheet": {"GET": Who.SIGNED_IN, "POST": Who.SIGNED_IN},
    "start": {"GET": Who.PROFESSIONAL, "POST": Who.PROFESSIONAL},
    "intake": {"GET": Who.WRITER},
    "section": {"GET": Who.WRITER, "POST": Who.WRITER},
    "client": {"GET": Who.WRITER, "POST": Who.WRITER},
    "incidents": {"GET": Who.WRITER, "POST": Who.WRITER},
    "incident": {"GET": Who.WRITER, "POST": Who.WRITER},
    "pause": {"GET": Who.WRITER},
    "stop": {"GET": Who.WRITER},
    "steps": {"GET": Who.KEEPER, "POST": Who.KEEPER},
    "consultation": {"GET": Who.KEEPER, "POST": Who.KEEPER},
    # In which state a move can be made is for questionnaire.domain.workflow, asked again when it is made.
    "submit": {"POST": Who.KEEPER},
    "withdraw": {"POST": Who.KEEPER},
    "answer": {"POST": Who.KEEPER},
    "correct": {"POST": Who.KEEPER},
    "reassess": {"POST": Who.KEEPER},
    "remark": {"POST": Who.REVIEWER},
    "return": {"POST": Who.REVIEWER},
    "sign_off": {"POST": Who.REVIEWER},
    "review": {"GET": Who.READER},
    "case": {"GET": Who.READER},
    "signed": {"GET": Who.READER},
    "looked": {"GET": Who.READER},
    # Who may see the case. Whoever sees it may know who else does.
    "access": {"GET": Who.READER, "POST": Who.HOLDER},
    "shield": {"POST": Who.HOLDER},
    "hand_over": {"POST": Who.HOLDER},
    "open": {"GET": Who.LISTED, "POST": Who.LISTED},
    # How many conversations of which kind, for whoever leads a team.
    "numbers": {"GET": Who.MANAGER},
    "people": {"GET": Who.ADMINISTRATOR, "POST": Who.ADMINISTRATOR},
    "answers": {"GET": Who.READER},
    "summary": {"GET": Who.READER},
    "pdf": {"POST": Who.READER},
    "edition": {"GET": Who.READER, "POST": Who.READER},
}

#: What takes a person who showed lately who they are, when it is posted, by URL name: what hands something
#: out, cannot be undone, or says who may do what. `questionnaire.screen.lock` asks for it.
CONFIRMED: Final[frozenset[str]] = frozenset(
    {"sessions", "sign_off", "people", "access", "shield", "hand_over"}
)


#: What a person must be to the intake in the URL, besides someone who may see it.
_OF_AN_INTAKE: Final[Mapping[Who, Relation | None]] = {
    Who.READER: None,
    Who.KEEPER: Relation.WRITER,
    Who.WRITER: Relation.WRITER,
    Who.REVIEWER: Relation.REVIEWER,
    Who.HOLDER: Relation.HOLDER,
}


class PermissionMiddleware:
    """Holds every request against the table, before its view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        methods = _methods_of(request)
        if methods is None:
            raise PermissionDenied
        who = who_of(request)
        if who is None:
            return _method_not_allowed(request, methods)
        if who is Who.ANYONE:
            return None
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        enforce(who, request, request.user, kwargs)
        return None


#: The role that a page asks for, in whatever team.
_ROLES: Final[Mapping[Who, Membership.Role]] = {
    Who.PROFESSIONAL: Membership.Role.PROFESSIONAL,
    Who.MANAGER: Membership.Role.MANAGER,
    Who.ADMINISTRATOR: Membership.Role.ADMINISTRATOR,
}


def _methods_of(request: HttpRequest) -> Mapping[str, Who] | None:
    match = request.resolver_match
    return TABLE.get(match.view_name) if match else None


def who_of(request: HttpRequest) -> Who | None:
    """What a person must be for this URL and method; None when the table does not have it."""
    methods = _methods_of(request) or {}
    return methods.get("GET" if request.method == "HEAD" else str(request.method))


def enforce(who: Who, request: HttpRequest, user: User, kwargs: Mapping[str, Any]) -> None:
    """Whether this person is what a page asks for. Raises PermissionDenied, or Http404 for an intake."""
    if who in _ROLES and not teams_of(user, _ROLES[who]).exists():
        raise PermissionDenied
    if who is Who.LISTED:
        request.intake = _found(Intake.objects.listed_to(user), kwargs["uuid"])  # type: ignore[attr-defined]
    if who in _OF_AN_INTAKE:
        intake = visible_intake(user, kwargs["uuid"])
        if (part := _OF_AN_INTAKE[who]) and part not in parts_of(user, intake):
            raise PermissionDenied
        request.intake = intake  # type: ignore[attr-defined]


def _method_not_allowed(request: HttpRequest, allowed: Mapping[str, Who]) -> HttpResponse:
    response = render(request, "405.html", status=405)
    response["Allow"] = ", ".join(sorted(allowed))
    return response


def visible_intake(user: User | AnonymousUser, uuid: UUID) -> Intake:
    """The intake, for someone who may see its content. Raises Http404 in any other case."""
    return _found(Intake.objects.visible_to(user), uuid)


def _found(among: IntakeQuerySet, uuid: UUID) -> Intake:
    intake = among.select_related("team", "author").filter(pk=uuid).first()
    if intake is None:
        raise Http404
    return intake


def parts_of(user: User, intake: Intake) -> frozenset[Relation]:
    """What this person is to this intake, which they can see. Nobody reviews what they wrote in."""
    sight, parts = AccessScope.of(user), set()
    if sight.writes(intake):
        parts.add(Relation.WRITER)
    elif intake.team_id in sight.reviewer and not _wrote_in(user, intake):
        parts.add(Relation.REVIEWER)
    if sight.holds(intake):
        parts.add(Relation.HOLDER)
    return frozenset(parts)


def may_write(user: User, intake: Intake) -> bool:
    """Whether this person may change what was said in this intake, which they can see, in its state."""
    return intake.is_open and Relation.WRITER in parts_of(user, intake)


def _wrote_in(user: User, intake: Intake) -> bool:
    """Whether any of it is theirs: as its author, or by what they wrote in it or in what it corrects."""
    corrected = (intake.pk,) if intake.corrects_id is None else (intake.pk, intake.corrects_id)
    written = Event.objects.filter(actor=user, intake__in=corrected, code__in=WRITTEN)
    return intake.author_id == user.pk or written.exists()


def intake_of(request: HttpRequest) -> Intake:
    """The intake that this request is about, as the table allowed it."""
    return cast(Intake, request.intake)  # type: ignore[attr-defined]


def user_of(request: HttpRequest) -> User:
    """The person signed in. Raises PermissionDenied when there is none."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
