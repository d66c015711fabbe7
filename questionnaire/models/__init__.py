"""Define what is stored. Views write by `actions`, and get what a person may see from `Intake.objects`."""

from questionnaire.models.access import Access, AccessScope
from questionnaire.models.accounts import Membership, Team, User, UserManager, teams_of
from questionnaire.models.audit import ChainHead, Event
from questionnaire.models.case_rights import TamperedCaseError, lock_case, sign_rights, tampered_cases
from questionnaire.models.cases import Case, cases_without_key, reference_key
from questionnaire.models.encrypted import EncryptedRow, RingWrappedRow
from questionnaire.models.intake_records import Document, Handover, Incident, Remark, SignOff, Step
from questionnaire.models.intakes import Intake, IntakeQuerySet, empty_content
from questionnaire.models.pending_posts import HeldPost

__all__ = [
    "Access",
    "AccessScope",
    "Case",
    "ChainHead",
    "Document",
    "EncryptedRow",
    "Event",
    "Handover",
    "HeldPost",
    "Incident",
    "Intake",
    "IntakeQuerySet",
    "Membership",
    "Remark",
    "RingWrappedRow",
    "SignOff",
    "Step",
    "TamperedCaseError",
    "Team",
    "User",
    "UserManager",
    "cases_without_key",
    "empty_content",
    "lock_case",
    "reference_key",
    "sign_rights",
    "tampered_cases",
    "teams_of",
]
