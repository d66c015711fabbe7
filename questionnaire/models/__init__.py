"""Define what is stored. Views write by `actions`, and get what a person may see from `Intake.objects`."""

from questionnaire.models.access import Access, AccessScope
from questionnaire.models.accounts import Membership, Team, User, UserManager, teams_of
from questionnaire.models.audit import ChainHead, Event
from questionnaire.models.encrypted import EncryptedRow
from questionnaire.models.intake_records import Document, Handover, Incident, Remark, SignOff, Step
from questionnaire.models.intakes import Intake, IntakeQuerySet, empty_content, reference_key
from questionnaire.models.pending_posts import HeldPost

__all__ = [
    "Access",
    "AccessScope",
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
    "SignOff",
    "Step",
    "Team",
    "User",
    "UserManager",
    "empty_content",
    "reference_key",
    "teams_of",
]
