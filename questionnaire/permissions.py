"""Enforce who may do what, by one table of all URL names and methods; what is not in it is forbidden.

A URL about one intake has its id as the argument `uuid`, and its row says what the person must be to that
intake; the view gets it from `intake_of`. One that someone may not see answers as one that is not there.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from questionnaire.audit import acting, ended_rights
from questionnaire.audit.authorship import is_involved
from questionnaire.domain.workflow import Relation
from questionnaire.encryption import hidden_paths
from questionnaire.models import (
    Access,
    AccessScope,
    Case,
    Intake,
    Membership,
    ReadOnlyError,
    TamperedCaseError,
    User,
    stored_intake,
    tampered_cases,
    teams_of,
)
from questionnaire.requirements import (
    ADMINISTRATION,
    ADMINISTRATION_REAUTHENTICATION,
    ADMINISTRATION_REAUTHENTICATION_FIRST,
)
from questionnaire.requirements import Requirement as Requirement

_READ_BY_EACH: Final = ("asked", "copy_preview", "sources", "look", "help_questions", "help_words")
TABLE: Final[Mapping[str, Mapping[str, Requirement]]] = {
    "account_login": {"GET": Requirement.ANYONE, "POST": Requirement.ANYONE},
    "account_logout": {"GET": Requirement.ANYONE, "POST": Requirement.ANYONE},
    "account_reauthenticate": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},
    "account_change_password": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},
    # The second factor of someone who gave a password, and is not signed in yet.
    "mfa_authenticate": {"GET": Requirement.ANYONE, "POST": Requirement.ANYONE},
    "mfa_login_webauthn": {"GET": Requirement.ANYONE, "POST": Requirement.ANYONE},
    "organisation": {"GET": Requirement.ANYONE, "POST": Requirement.ANYONE},
    "organisation_callback": {"GET": Requirement.ANYONE},
    "mfa_index": {"GET": Requirement.SIGNED_IN},
    "mfa_reauthenticate": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},
    "mfa_reauthenticate_webauthn": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},
    "mfa_activate_totp": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},
    "mfa_deactivate_totp": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},
    "mfa_view_recovery_codes": {"GET": Requirement.SIGNED_IN},
    "mfa_generate_recovery_codes": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},
    "mfa_add_webauthn": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},
    "mfa_remove_webauthn": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},
    "sessions": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},
    "sign_ins": {"GET": Requirement.SIGNED_IN},
    "own_name": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},
    "reminders": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},
    "set_language": {"POST": Requirement.ANYONE},
    # Hiding the screen leads to the neutral page also when the session has ended meanwhile.
    "lock": {"POST": Requirement.ANYONE},
    "notes": {"GET": Requirement.ANYONE},
    "security_txt": {"GET": Requirement.ANYONE},
    "unlock": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},
    "extend": {"POST": Requirement.SIGNED_IN},
    "kept": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},
    "undo": {"POST": Requirement.SIGNED_IN},
    "second_person": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},  # each person's own
    "going_alone": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},
    "keys": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},
    **{name: {"GET": Requirement.SIGNED_IN} for name in _READ_BY_EACH},
    # A search is posted: what people look for can be what a client told.
    "help": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},
    "tour": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},
    # What was understood of a typed date. Posted, since what people type does not belong in a URL.
    "dates": {"POST": Requirement.SIGNED_IN},
    "leave": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},
    "today": {"GET": Requirement.SIGNED_IN},
    # A search is posted: a reference does not belong in a URL, which browsers store.
    "cases": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},
    "sheet": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},  # on paper, nothing of an intake
    "start": {"GET": Requirement.PROFESSIONAL, "POST": Requirement.PROFESSIONAL},
    **{name: {"GET": Requirement.AUTHOR_WHILE_OPEN} for name in ("intake", "pause", "stop")},
    **{
        name: {"GET": Requirement.AUTHOR_WHILE_OPEN, "POST": Requirement.AUTHOR_WHILE_OPEN}
        for name in ("section", "client", "incidents", "incident", "log_import", "blank_log")
    },
    **{  # the follow-up goes on when a conversation is closed, and what it said earlier
        name: {"GET": Requirement.AUTHOR, "POST": Requirement.AUTHOR}
        for name in ("steps", "consultation", "breach", "earlier")
    },
    "calendar": {"GET": Requirement.AUTHOR},
    # Of the latest assessment: questionnaire.queries.safety_plans asks more.
    "plan": {"GET": Requirement.READER, "POST": Requirement.AUTHOR},
    "plan_version": {"GET": Requirement.READER, "POST": Requirement.AUTHOR},
    # questionnaire.domain.workflow decides in which state a move is allowed, once more when it is made.
    "submit": {"POST": Requirement.AUTHOR},
    "withdraw": {"POST": Requirement.AUTHOR},
    "answer": {"POST": Requirement.AUTHOR},
    "correct": {"POST": Requirement.AUTHOR},
    "reassess": {"GET": Requirement.AUTHOR, "POST": Requirement.AUTHOR},
    "remark": {"POST": Requirement.REVIEWER},
    "return": {"POST": Requirement.REVIEWER},
    "sign_off": {"POST": Requirement.REVIEWER},
    "review": {"GET": Requirement.READER},
    "case": {"GET": Requirement.READER},
    "unfinished": {"GET": Requirement.READER},
    "signed": {"GET": Requirement.COPIER},
    "looked": {"GET": Requirement.READER},
    "access": {"GET": Requirement.READER, "POST": Requirement.ACCESS_MANAGER},
    "shield": {"POST": Requirement.ACCESS_MANAGER},
    "hand_over": {"POST": Requirement.ACCESS_MANAGER},
    "note_read": {"POST": Requirement.READER},
    "seen": {"POST": Requirement.ACCESS_MANAGER},  # that someone opened the case with a reason
    "levels_seen": {"POST": Requirement.SIGNED_IN},
    "open": {"GET": Requirement.LISTED, "POST": Requirement.LISTED},
    "numbers": {"GET": Requirement.MANAGER},
    "alert_seen": {"POST": Requirement.WATCHER},
    "events": {"GET": Requirement.AUDITOR, "POST": Requirement.AUDITOR},
    **ADMINISTRATION,
    "answers": {"GET": Requirement.READER},
    "summary": {"GET": Requirement.READER},
    "reasons": {"GET": Requirement.READER},
    "pdf": {"POST": Requirement.COPIER},
    "edition": {"GET": Requirement.COPIER, "POST": Requirement.COPIER},
    "texts": {"GET": Requirement.COPIER, "POST": Requirement.COPIER},
}

#: The URL names whose posts require a recent authentication: they hand something out, cannot be undone, or
#: decide who may do what; `screen.lock` enforces it.
REAUTHENTICATION_REQUIRED: Final[frozenset[str]] = frozenset(
    {"sessions", "sign_off", "own_name", "reminders", "access", "shield", "hand_over", "seen", "open"}
    | {"second_person", "going_alone", *ADMINISTRATION_REAUTHENTICATION}
)
#: Those whose page itself requires it, so that nobody has to do it with a form filled in.
REAUTHENTICATION_REQUIRED_FIRST: Final[frozenset[str]] = frozenset(
    {"open", "own_name", "reminders", "going_alone"} | ADMINISTRATION_REAUTHENTICATION_FIRST
)

#: The roles of which a page requires one, in whatever team.
_ROLES: Final[Mapping[Requirement, tuple[Membership.Role, ...]]] = {
    Requirement.PROFESSIONAL: (Membership.Role.PROFESSIONAL,),
    Requirement.MANAGER: (Membership.Role.MANAGER,),
    Requirement.ADMINISTRATOR: (Membership.Role.ADMINISTRATOR,),
    Requirement.AUDITOR: (Membership.Role.AUDITOR,),
    Requirement.WATCHER: (Membership.Role.AUDITOR, Membership.Role.MANAGER),
    Requirement.STEWARD: (Membership.Role.MANAGER, Membership.Role.ADMINISTRATOR),
    Requirement.PLANNER: (Membership.Role.MANAGER, Membership.Role.PROFESSIONAL),
}
#: The relation to the intake in the URL that a page requires of someone who may see it.
_RELATIONS: Final[Mapping[Requirement, Relation | None]] = {
    Requirement.READER: None,
    Requirement.COPIER: None,
    Requirement.AUTHOR: Relation.AUTHOR,
    Requirement.AUTHOR_WHILE_OPEN: Relation.AUTHOR,
    Requirement.REVIEWER: Relation.REVIEWER,
    Requirement.ACCESS_MANAGER: Relation.ACCESS_MANAGER,
}


class UnseenOpeningError(PermissionDenied):
    """Nobody saw yet that this person opened the case with a reason, so that they make no copies of it."""


class PermissionMiddleware:
    """Enforce the table at every request, before its view."""

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
        requirement = requirement_of(request)
        if requirement is None:
            return _method_not_allowed(request, methods)
        if requirement is Requirement.ANYONE:
            return None
        if not isinstance(request.user, User):
            return redirect_to_login(hidden_paths.hidden(request.get_full_path()))
        try:
            enforce(requirement, request, request.user, kwargs)
        except UnseenOpeningError:
            return render(request, "intakes/no_copy.html", {"intake": intake_of(request)}, status=403)
        except (Http404, PermissionDenied) as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]
            raise
        acting.on_right(getattr(request, "intake", None), getattr(request, "scope", None))
        # Before the view asks what else may be shown, so that whatever ends a right later is seen.
        request.moment = ended_rights.moment(acting.current().intake)  # type: ignore[attr-defined]
        request.is_allowed = True  # type: ignore[attr-defined]
        return None


def _methods_of(request: HttpRequest) -> Mapping[str, Requirement] | None:
    match = request.resolver_match
    return TABLE.get(match.view_name) if match else None


def requirement_of(request: HttpRequest) -> Requirement | None:
    """Return what a person must be for this URL and method; None when the table does not have it."""
    methods = _methods_of(request) or {}
    return methods.get("GET" if request.method == "HEAD" else str(request.method))


def enforce(requirement: Requirement, request: HttpRequest, user: User, kwargs: Mapping[str, Any]) -> None:
    """Raise PermissionDenied, or Http404 for an intake, unless this person meets the requirement.

    The intake in the URL, if there is one, is set on the request for `intake_of`. When this person may read
    it, so is their `scope`, and for templates the `opening` by which they read it, or None.
    """
    if requirement in _ROLES and not any(teams_of(user, role).exists() for role in _ROLES[requirement]):
        raise PermissionDenied
    if requirement is Requirement.LISTED:
        scope = AccessScope.of(user)
        request.intake = _found(stored_intake(kwargs["uuid"]), scope.can_list)  # type: ignore[attr-defined]
    if requirement in _RELATIONS:
        scope = AccessScope.of(user)
        intake = _found(stored_intake(kwargs["uuid"]), scope.can_read)
        if (relation := _RELATIONS[requirement]) and relation not in relations_of(user, intake, scope):
            raise ReadOnlyError(intake) if relation is Relation.AUTHOR else PermissionDenied
        request.intake, request.scope = intake, scope  # type: ignore[attr-defined]
        request.opening = _opening_of(user, scope, intake)  # type: ignore[attr-defined]
        if requirement is Requirement.COPIER and not scope.can_copy(intake):
            raise UnseenOpeningError


def _method_not_allowed(request: HttpRequest, allowed: Mapping[str, Requirement]) -> HttpResponse:
    response = render(request, "405.html", status=405)
    response["Allow"] = ", ".join(sorted(allowed))
    return response


def _found(intake: Intake | None, is_allowed: Callable[[Intake], bool]) -> Intake:
    """Return the intake. Raise Http404 when there is none or it is not allowed, and TamperedCaseError."""
    if intake is None or not is_allowed(intake):
        raise Http404
    refuse_if_tampered(intake.case)
    return intake


def refuse_if_tampered(case: Case) -> None:
    """Raise TamperedCaseError when the rights in this case are not as the program wrote them."""
    if tampered_cases([case]):
        raise TamperedCaseError(str(case.pk))


def relations_of(user: User, intake: Intake, scope: AccessScope | None = None) -> frozenset[Relation]:
    """Return what this person is to this intake, which they can see. Nobody reviews their own words."""
    scope, relations = scope or AccessScope.of(user), set()
    if scope.can_write(intake):
        relations.add(Relation.AUTHOR)
    elif intake.team_id in scope.reviewer and not is_involved(user, intake):
        relations.add(Relation.REVIEWER)
    if scope.can_manage_access(intake):
        relations.add(Relation.ACCESS_MANAGER)
    return frozenset(relations)


def _opening_of(user: User, scope: AccessScope, intake: Intake) -> Access | None:
    """Return the opening with a reason by which alone this person may read the intake; else None."""
    openings = intake.case.access.filter(user=user, kind=Access.Kind.OPENED)
    return openings.latest("pk") if scope.reads_by_opening(intake) else None


def sees_whole_case(user: User, intake: Intake) -> bool:
    """Return whether this person may see every conversation of the case, so all that is in its log too."""
    of_case = Intake.objects.filter(case=intake.case_id)
    return not of_case.exclude(pk__in=of_case.visible_to(user).values("pk")).exists()


def intake_of(request: HttpRequest) -> Intake:
    """Return the intake in the URL of this request, as `enforce` allowed it."""
    return cast(Intake, request.intake)  # type: ignore[attr-defined]


def scope_of(request: HttpRequest) -> AccessScope:
    """Return what this person may see: as `enforce` found it for the intake in the URL; else asked once."""
    if not hasattr(request, "scope") and not hasattr(request, "intake"):
        request.scope = AccessScope.of(user_of(request))  # type: ignore[attr-defined]
    return cast(AccessScope, request.scope)  # type: ignore[attr-defined]


def user_of(request: HttpRequest) -> User:
    """Return the person who is signed in. Raise PermissionDenied when there is none."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
