"""Say of each type of event what kind of thing it is about, and which kind of act it was, as NEN 7513 asks.

Both follow from the code, which the MAC of an event covers, so that they are stored nowhere.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from questionnaire.audit.event_codes import EventCode


class ObjectKind(StrEnum):
    """What an event is about."""

    CASE = "case"
    ACCOUNT = "account"
    SESSION = "session"
    LIST = "list"
    TEAM = "team"
    ORGANISATION = "organisation"
    INSTALLATION = "installation"
    PROPOSAL = "proposal"


class Action(StrEnum):
    """Which kind of act it was."""

    CREATE = "create"
    READ = "read"
    SEARCH = "search"
    CHANGE = "change"
    DELETE = "delete"
    EXPORT = "export"
    PRINT = "print"
    SIGN_IN = "sign in"
    SIGN_OUT = "sign out"
    GRANT = "grant"
    REVOKE = "revoke"
    SEAL = "seal"
    #: Doing something so often that it was stopped.
    LIMIT = "limit"
    START = "start"


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


_BY_KIND: Final[Mapping[ObjectKind, Mapping[Action, tuple[EventCode, ...]]]] = {
    ObjectKind.CASE: {
        Action.CREATE: (
            *(EventCode.INTAKE_STARTED, EventCode.CORRECTION_STARTED, EventCode.REASSESSMENT_STARTED),
            *(EventCode.INCIDENT_ADDED, EventCode.INCIDENTS_ADDED, EventCode.LOG_IMPORT_MADE),
            *(EventCode.CONSULTATION_ADDED, EventCode.BREACH_ADDED, EventCode.REMARK_ADDED),
            *(EventCode.DOCUMENT_MADE, EventCode.POST_HELD),
        ),
        Action.READ: (
            *(EventCode.EARLIER_READ, EventCode.LOG_IMPORT_READ, EventCode.SECTION_READ),
            *(EventCode.QUESTION_READ, EventCode.INCIDENTS_READ, EventCode.STEPS_READ, EventCode.PLAN_READ),
            *(EventCode.ANSWERS_READ, EventCode.SUMMARY_READ, EventCode.REVIEW_READ, EventCode.CASE_READ),
            *(EventCode.PAUSE_READ, EventCode.STOP_READ, EventCode.ACCESS_READ, EventCode.RIGHTS_READ),
            *(EventCode.HAND_OVER_NOTE_READ, EventCode.CASE_OPENED, EventCode.OPENING_SEEN),
            *(EventCode.SCREEN_TURNED, EventCode.SCREEN_TURNED_BACK, EventCode.LOOK_REFUSED),
            *(EventCode.POST_READ,),
        ),
        Action.CHANGE: (
            *(EventCode.INTAKE_CHANGED, EventCode.INCIDENT_CHANGED, EventCode.INCIDENT_RESTORED),
            *(EventCode.INCIDENT_CHANGE_UNDONE, EventCode.LOG_IMPORT_CHANGED, EventCode.TEXT_RESTORED),
            *(EventCode.STEPS_CHANGED, EventCode.CONSULTATION_CHANGED, EventCode.BREACH_CHANGED),
            *(EventCode.HOLDERS_CHANGED, EventCode.PLAN_CHANGED, EventCode.INTAKE_SUBMITTED),
            *(EventCode.INTAKE_WITHDRAWN, EventCode.INTAKE_RETURNED, EventCode.INTAKE_SIGNED_OFF),
            *(EventCode.REMARKS_ANSWERED, EventCode.CASE_RETENTION_SET, EventCode.HOLD_PLACED),
            *(EventCode.HOLD_LIFTED, EventCode.HAND_OVER_NOTE_UNREAD, EventCode.CASE_SHIELDED),
            *(EventCode.SHIELD_LIFTED, EventCode.RIGHTS_ACCEPTED, EventCode.NO_REVIEWER_LEFT),
        ),
        Action.DELETE: (
            *(EventCode.INCIDENT_REMOVED, EventCode.INCIDENTS_REMOVED, EventCode.LOG_IMPORT_DROPPED),
            *(EventCode.CONSULTATION_REMOVED, EventCode.BREACH_REMOVED, EventCode.REMARK_REMOVED),
            *(EventCode.INTAKE_ERASED, EventCode.POST_DROPPED),
        ),
        Action.EXPORT: (
            *(EventCode.CASE_EXPORTED, EventCode.TEXTS_READ, EventCode.DOCUMENT_DELIVERED),
            *(EventCode.DELIVERY_FAILED,),
        ),
        Action.PRINT: (EventCode.DOCUMENT_READ,),
        Action.GRANT: (EventCode.RIGHT_GIVEN, EventCode.INTAKE_HANDED_OVER),
        Action.REVOKE: (EventCode.RIGHT_TAKEN, EventCode.OPENING_ENDED),
    },
    ObjectKind.ACCOUNT: {
        Action.CREATE: (EventCode.ACCOUNT_MADE, EventCode.FACTOR_ADDED, EventCode.CODES_MADE),
        Action.CHANGE: (
            *(EventCode.ACCOUNT_CLOSED, EventCode.ACCOUNT_OPENED, EventCode.ACCOUNT_TIED),
            *(EventCode.PASSWORD_CHANGED, EventCode.PASSWORD_RENEWED, EventCode.ACCOUNT_NAMED),
            *(EventCode.REMINDERS_CHOSEN, EventCode.REMINDER_SENT),
        ),
        Action.DELETE: (EventCode.FACTOR_REMOVED,),
        Action.GRANT: (EventCode.ROLE_GIVEN,),
        Action.REVOKE: (EventCode.ROLE_TAKEN,),
        Action.LIMIT: (EventCode.LIMIT_MET,),
    },
    ObjectKind.SESSION: {
        Action.SIGN_IN: (EventCode.SIGNED_IN, EventCode.SIGN_IN_REFUSED, EventCode.SESSION_UNLOCKED),
        Action.SIGN_OUT: (EventCode.SIGNED_OUT, EventCode.SESSION_LOCKED, EventCode.SESSIONS_ENDED),
    },
    ObjectKind.LIST: {
        Action.READ: (
            EventCode.LIST_READ,
            EventCode.COUNTS_READ,
            EventCode.EVENTS_READ,
            EventCode.ALERT_SEEN,
        ),
        Action.SEARCH: (EventCode.LIST_SEARCHED, EventCode.EVENTS_SEARCHED),
    },
    ObjectKind.TEAM: {
        Action.CREATE: (EventCode.TEAM_MADE,),
        Action.CHANGE: (EventCode.TEAM_RENAMED, EventCode.RETENTION_SET),
    },
    ObjectKind.ORGANISATION: {
        Action.CHANGE: (
            *(EventCode.OWN_CONTACT_CHANGED, EventCode.OWN_TEXT_CHANGED, EventCode.OWN_LOOK_CHANGED),
            EventCode.OWN_TERMS_CHANGED,
        ),
        Action.DELETE: (EventCode.OWN_CONTACT_REMOVED,),
    },
    ObjectKind.INSTALLATION: {
        Action.CREATE: (EventCode.KEYS_MADE,),
        Action.CHANGE: (
            *(EventCode.KEYS_ROTATED, EventCode.CASES_UPGRADED, EventCode.CASES_DOWNGRADED),
            *(EventCode.LOGS_GATHERED, EventCode.LOGS_SCATTERED, EventCode.RIGHTS_UNSEALED),
            *(EventCode.RESTORED, EventCode.NUMBER_UNUSED, EventCode.ROWS_NAMED),
        ),
        Action.EXPORT: (EventCode.BACKED_UP, EventCode.EVENTS_EXPORTED),
        Action.SEAL: (EventCode.RIGHTS_SEALED, EventCode.EVENTS_SEALED),
        Action.START: (EventCode.VERSION_STARTED,),
    },
    ObjectKind.PROPOSAL: {
        Action.CREATE: (EventCode.PROPOSAL_ASKED,),
        Action.READ: (EventCode.ALONE_SEEN,),
        Action.CHANGE: (EventCode.PROPOSAL_CARRIED_OUT,),
        Action.DELETE: (EventCode.PROPOSAL_WITHDRAWN, EventCode.PROPOSAL_LAPSED),
        Action.GRANT: (EventCode.PROPOSAL_AGREED, EventCode.PROPOSAL_ALONE),
        Action.REVOKE: (EventCode.PROPOSAL_REFUSED,),
    },
}
_KINDS: Final = {
    code: (kind, action)
    for kind, by_action in _BY_KIND.items()
    for action, codes in by_action.items()
    for code in codes
}
#: What someone agreed to in a case is another thing after one of these: it was written, or a right changed.
CHANGING_A_CASE: Final = frozenset(
    code
    for act in (Action.CREATE, Action.CHANGE, Action.DELETE, Action.GRANT, Action.REVOKE)
    for code in _BY_KIND[ObjectKind.CASE][act]
) - {EventCode.POST_HELD, EventCode.POST_DROPPED, EventCode.DOCUMENT_MADE}
_REFUSED: Final = frozenset({EventCode.SIGN_IN_REFUSED, EventCode.LOOK_REFUSED, EventCode.LIMIT_MET})
#: What is in the chain of whoever did it, and takes more than an account.
_BY_ROLE: Final = frozenset(
    {EventCode.COUNTS_READ, EventCode.EVENTS_READ, EventCode.EVENTS_SEARCHED, EventCode.ALERT_SEEN}
)
#: What is in the chain of the installation, whoever did it.
_OF_NO_PERSON: Final = frozenset({ObjectKind.TEAM, ObjectKind.ORGANISATION, ObjectKind.INSTALLATION})


def object_kind(code: str) -> ObjectKind:
    """Return what kind of thing events with this code are about. Raise KeyError."""
    return _KINDS[EventCode(code)][0]


def action(code: str) -> Action:
    """Return which kind of act events with this code are. Raise KeyError."""
    return _KINDS[EventCode(code)][1]


def codes_of(act: Action) -> frozenset[EventCode]:
    """Return the codes of events that are such an act, and that was done; of one never done all of them."""
    codes = frozenset(code for code, (_kind, of) in _KINDS.items() if of is act)
    return codes - _REFUSED or codes


def outcome(code: str) -> Outcome:
    """Return how what events with this code tell ended."""
    if code == EventCode.DELIVERY_FAILED:
        return Outcome.FAILED
    return Outcome.REFUSED if code in _REFUSED else Outcome.DONE


def concerns_no_person(code: str) -> bool:
    """Return whether events with this code, about no case, are in no chain of an account."""
    return object_kind(code) in _OF_NO_PERSON


def takes_a_role(code: str) -> bool:
    """Return whether what events with this code tell, about no case, takes a role in a team."""
    return code in _BY_ROLE
