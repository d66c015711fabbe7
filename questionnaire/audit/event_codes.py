"""The types of event that the audit log records."""

from enum import StrEnum
from typing import Final


class EventCode(StrEnum):
    """What happened. Codes are never changed or removed, since events in the chain contain them."""

    INTAKE_STARTED = "intake.started"
    INTAKE_CHANGED = "intake.changed"
    INCIDENT_ADDED = "incident.added"
    INCIDENT_CHANGED = "incident.changed"
    INCIDENT_REMOVED = "incident.removed"
    INCIDENT_RESTORED = "incident.restored"
    INCIDENT_CHANGE_UNDONE = "incident.change_undone"
    INCIDENTS_ADDED = "incidents.added"
    INCIDENTS_REMOVED = "incidents.removed"
    LOG_IMPORT_MADE = "log_import.made"
    LOG_IMPORT_READ = "log_import.read"
    LOG_IMPORT_CHANGED = "log_import.changed"
    TEXT_RESTORED = "text.restored"
    EARLIER_READ = "earlier.read"
    LOG_IMPORT_DROPPED = "log_import.dropped"
    LOGS_GATHERED = "logs.gathered"
    LOGS_SCATTERED = "logs.scattered"
    STEPS_CHANGED = "steps.changed"
    CONSULTATION_ADDED = "consultation.added"
    CONSULTATION_CHANGED = "consultation.changed"
    CONSULTATION_REMOVED = "consultation.removed"
    BREACH_ADDED = "breach.added"
    BREACH_CHANGED = "breach.changed"
    BREACH_REMOVED = "breach.removed"
    HOLDERS_CHANGED = "holders.changed"
    PLAN_CHANGED = "plan.changed"
    DOCUMENT_MADE = "document.made"
    DOCUMENT_DELIVERED = "document.delivered"
    DELIVERY_FAILED = "document.delivery_failed"
    INTAKE_SUBMITTED = "intake.submitted"
    INTAKE_WITHDRAWN = "intake.withdrawn"
    INTAKE_RETURNED = "intake.returned"
    INTAKE_SIGNED_OFF = "intake.signed_off"
    REMARK_ADDED = "remark.added"
    REMARK_REMOVED = "remark.removed"
    REMARKS_ANSWERED = "remarks.answered"
    CORRECTION_STARTED = "correction.started"
    REASSESSMENT_STARTED = "reassessment.started"
    LIST_READ = "list.read"
    SECTION_READ = "section.read"
    QUESTION_READ = "question.read"
    INCIDENTS_READ = "incidents.read"
    STEPS_READ = "steps.read"
    PLAN_READ = "plan.read"
    ANSWERS_READ = "answers.read"
    SUMMARY_READ = "summary.read"
    REVIEW_READ = "review.read"
    CASE_READ = "case.read"
    DOCUMENT_READ = "document.read"
    TEXTS_READ = "texts.read"
    PAUSE_READ = "pause.read"
    STOP_READ = "stop.read"
    SESSION_LOCKED = "session.locked"
    SESSION_UNLOCKED = "session.unlocked"
    SCREEN_TURNED = "screen.turned"
    SCREEN_TURNED_BACK = "screen.turned_back"
    POST_HELD = "post.held"
    POST_READ = "post.read"
    POST_DROPPED = "post.dropped"
    KEYS_ROTATED = "keys.rotated"
    CASES_UPGRADED = "cases.upgraded"
    CASES_DOWNGRADED = "cases.downgraded"
    INTAKE_ERASED = "intake.erased"
    CASE_EXPORTED = "case.exported"
    ACCESS_READ = "access.read"
    RETENTION_SET = "retention.set"
    CASE_RETENTION_SET = "retention.case_set"
    HOLD_PLACED = "hold.placed"
    HOLD_LIFTED = "hold.lifted"
    RIGHTS_READ = "rights.read"
    RIGHT_GIVEN = "right.given"
    RIGHT_TAKEN = "right.taken"
    RIGHTS_ACCEPTED = "rights.accepted"
    CASE_OPENED = "case.opened"
    OPENING_SEEN = "case.opening_seen"
    OPENING_ENDED = "case.opening_ended"
    CASE_SHIELDED = "case.shielded"
    SHIELD_LIFTED = "shield.lifted"
    INTAKE_HANDED_OVER = "intake.handed_over"
    HAND_OVER_NOTE_READ = "intake.hand_over_note_read"
    HAND_OVER_NOTE_UNREAD = "intake.hand_over_note_unread"
    ROLE_GIVEN = "role.given"
    ROLE_TAKEN = "role.taken"
    ACCOUNT_CLOSED = "account.closed"
    ACCOUNT_OPENED = "account.opened"
    COUNTS_READ = "counts.read"
    ACCOUNT_MADE = "account.made"
    ACCOUNT_TIED = "account.tied"
    SIGNED_IN = "account.signed_in"
    SIGN_IN_REFUSED = "account.sign_in_refused"
    SIGNED_OUT = "account.signed_out"
    PASSWORD_CHANGED = "account.password_changed"  # noqa: S105  (an event, no password)
    PASSWORD_RENEWED = "account.password_renewed"  # noqa: S105  (by someone else)
    ACCOUNT_NAMED = "account.named"
    REMINDERS_CHOSEN = "account.reminders_chosen"
    REMINDER_SENT = "account.reminder_sent"
    FACTOR_ADDED = "account.factor_added"
    FACTOR_REMOVED = "account.factor_removed"
    CODES_MADE = "account.codes_made"
    SESSIONS_ENDED = "account.sessions_ended"
    OWN_CONTACT_CHANGED = "organisation.contact_changed"
    OWN_CONTACT_REMOVED = "organisation.contact_removed"
    OWN_TEXT_CHANGED = "organisation.text_changed"
    OWN_LOOK_CHANGED = "organisation.look_changed"
    OWN_TERMS_CHANGED = "organisation.terms_changed"
    TEAM_MADE = "team.made"
    TEAM_RENAMED = "team.renamed"
    RIGHTS_UNSEALED = "rights.unsealed"
    RIGHTS_SEALED = "rights.sealed"
    LOOK_REFUSED = "intake.look_refused"
    LIST_SEARCHED = "list.searched"
    KEYS_MADE = "keys.made"
    BACKED_UP = "backup.made"
    RESTORED = "backup.restored"
    EVENTS_SEALED = "events.sealed"
    ROWS_NAMED = "rows.named"
    NUMBER_UNUSED = "event.number_unused"
    VERSION_STARTED = "version.started"
    EVENTS_READ = "events.read"
    EVENTS_SEARCHED = "events.searched"
    EVENTS_EXPORTED = "events.exported"
    PROPOSAL_ASKED = "proposal.asked"
    PROPOSAL_AGREED = "proposal.agreed"
    PROPOSAL_REFUSED = "proposal.refused"
    PROPOSAL_WITHDRAWN = "proposal.withdrawn"
    PROPOSAL_LAPSED = "proposal.lapsed"
    PROPOSAL_CARRIED_OUT = "proposal.carried_out"
    PROPOSAL_ALONE = "proposal.alone"
    ALONE_SEEN = "proposal.alone_seen"
    NO_REVIEWER_LEFT = "case.no_reviewer_left"
    LIMIT_MET = "account.limit_met"
    ALERT_SEEN = "events.alert_seen"


#: Writing in the incident log, which all assessments of a case share.
LOG_WRITING_CODES: Final = frozenset(
    {
        EventCode.INCIDENT_ADDED,
        EventCode.INCIDENT_CHANGED,
        EventCode.INCIDENT_REMOVED,
        EventCode.INCIDENT_RESTORED,
        EventCode.INCIDENT_CHANGE_UNDONE,
        EventCode.INCIDENTS_ADDED,
        EventCode.INCIDENTS_REMOVED,
    }
)
#: Writing words that a reviewer reads: answers, incidents, follow-up, safety plan, answers to remarks.
#: Whoever did one of these in a version of an assessment reviews none of its versions.
AUTHORING_CODES: Final = LOG_WRITING_CODES | {
    EventCode.INTAKE_STARTED,
    EventCode.INTAKE_CHANGED,
    EventCode.CORRECTION_STARTED,
    EventCode.REASSESSMENT_STARTED,
    EventCode.STEPS_CHANGED,
    EventCode.CONSULTATION_ADDED,
    EventCode.CONSULTATION_CHANGED,
    EventCode.CONSULTATION_REMOVED,
    EventCode.BREACH_ADDED,
    EventCode.BREACH_CHANGED,
    EventCode.BREACH_REMOVED,
    EventCode.HOLDERS_CHANGED,
    EventCode.PLAN_CHANGED,
    EventCode.REMARKS_ANSWERED,
    EventCode.TEXT_RESTORED,
}

#: The upgrade to cases with keys, and its undoing: the last of these says which of both ran last.
UPGRADE_CODES: Final = frozenset({EventCode.CASES_UPGRADED, EventCode.CASES_DOWNGRADED})
#: The same for the logs of cases.
LOG_CODES: Final = frozenset({EventCode.LOGS_GATHERED, EventCode.LOGS_SCATTERED})
#: With these a row was written that events name now. Those of the version before name none.
ROW_CODES: Final = LOG_WRITING_CODES | {
    EventCode.INTAKE_STARTED,
    EventCode.CORRECTION_STARTED,
    EventCode.REASSESSMENT_STARTED,
    EventCode.LOG_IMPORT_MADE,
    EventCode.LOG_IMPORT_CHANGED,
    EventCode.LOG_IMPORT_DROPPED,
    EventCode.STEPS_CHANGED,
    EventCode.CONSULTATION_ADDED,
    EventCode.CONSULTATION_CHANGED,
    EventCode.CONSULTATION_REMOVED,
    EventCode.BREACH_ADDED,
    EventCode.BREACH_CHANGED,
    EventCode.BREACH_REMOVED,
    EventCode.HOLDERS_CHANGED,
    EventCode.PLAN_CHANGED,
    EventCode.DOCUMENT_MADE,
    EventCode.DOCUMENT_DELIVERED,
    EventCode.INTAKE_SIGNED_OFF,
    EventCode.REMARK_ADDED,
    EventCode.REMARK_REMOVED,
    EventCode.REMARKS_ANSWERED,
    EventCode.POST_HELD,
    EventCode.POST_DROPPED,
    EventCode.INTAKE_ERASED,
    EventCode.RETENTION_SET,
    EventCode.CASE_RETENTION_SET,
    EventCode.HOLD_PLACED,
    EventCode.HOLD_LIFTED,
    EventCode.INTAKE_HANDED_OVER,
    EventCode.HAND_OVER_NOTE_READ,
    EventCode.HAND_OVER_NOTE_UNREAD,
    EventCode.ACCOUNT_MADE,
    EventCode.ACCOUNT_CLOSED,
    EventCode.ACCOUNT_NAMED,
    EventCode.REMINDERS_CHOSEN,
    EventCode.OWN_CONTACT_CHANGED,
    EventCode.OWN_CONTACT_REMOVED,
    EventCode.OWN_TEXT_CHANGED,
    EventCode.OWN_LOOK_CHANGED,
    EventCode.OWN_TERMS_CHANGED,
    EventCode.TEAM_MADE,
    EventCode.TEAM_RENAMED,
    EventCode.ROWS_NAMED,
}
