"""Define what is stored. Views write by `actions`, and get what a person may see from `Intake.objects`."""

from questionnaire.models.access import (
    READING_ROLES,
    ROLES_FOR,
    Access,
    AccessScope,
    ReadOnlyError,
    may_see_cases,
)
from questionnaire.models.accounts import Team, User, UserManager, stored_user
from questionnaire.models.audit import ChainHead, Event, Seal, SealLeaf, role_subject
from questionnaire.models.case_rights import TamperedCaseError, lock_case, sign_rights, tampered_cases
from questionnaire.models.cases import Case, CaseHolders, cases_without_key, reference_key
from questionnaire.models.deliveries import Delivery
from questionnaire.models.encrypted import EncryptedRow, RingWrappedRow
from questionnaire.models.incident_log import (
    IMPORT_KEPT_FOR,
    Incident,
    LogImport,
    has_earlier_incidents,
    incidents_to_gather,
)
from questionnaire.models.installation import Installation, RunningServer
from questionnaire.models.intake_records import Document, Handover, Remark, SignOff, Step
from questionnaire.models.intakes import (
    SIGNED_LOG,
    STORED,
    Intake,
    IntakeQuerySet,
    empty_content,
    parsed_follow_up,
    stored_intake,
)
from questionnaire.models.memberships import Membership, members_of, memberships_of, teams_of
from questionnaire.models.organisation import OrganisationEntry, usable_of_a_kind
from questionnaire.models.pending_posts import HeldPost
from questionnaire.models.proposals import ROLES_WITH_POWER, Proposal, lock_proposal
from questionnaire.models.safety_plans import SafetyPlan, SafetyPlanVersion
from questionnaire.models.sessions import Session
from questionnaire.models.unreadable import UNREADABLE_ERRORS, UnreadableError

__all__ = [
    "IMPORT_KEPT_FOR",
    "READING_ROLES",
    "ROLES_FOR",
    "ROLES_WITH_POWER",
    "SIGNED_LOG",
    "STORED",
    "UNREADABLE_ERRORS",
    "Access",
    "AccessScope",
    "Case",
    "CaseHolders",
    "ChainHead",
    "Delivery",
    "Document",
    "EncryptedRow",
    "Event",
    "Handover",
    "HeldPost",
    "Incident",
    "Installation",
    "Intake",
    "IntakeQuerySet",
    "LogImport",
    "Membership",
    "OrganisationEntry",
    "Proposal",
    "ReadOnlyError",
    "Remark",
    "RingWrappedRow",
    "RunningServer",
    "SafetyPlan",
    "SafetyPlanVersion",
    "Seal",
    "SealLeaf",
    "Session",
    "SignOff",
    "Step",
    "TamperedCaseError",
    "Team",
    "UnreadableError",
    "User",
    "UserManager",
    "cases_without_key",
    "empty_content",
    "has_earlier_incidents",
    "incidents_to_gather",
    "lock_case",
    "lock_proposal",
    "may_see_cases",
    "members_of",
    "memberships_of",
    "parsed_follow_up",
    "reference_key",
    "role_subject",
    "sign_rights",
    "stored_intake",
    "stored_user",
    "tampered_cases",
    "teams_of",
    "usable_of_a_kind",
]
