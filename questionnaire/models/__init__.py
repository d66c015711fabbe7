"""What is stored. Only the actions write content; queries for people go through `visible_to`."""

from questionnaire.models.events import ChainHead, Event
from questionnaire.models.held_posts import HeldPost
from questionnaire.models.intakes import Intake, IntakeQuerySet, empty_content, reference_key
from questionnaire.models.keyed import Keyed
from questionnaire.models.of_intake import Document, Handover, Incident, Remark, SignOff, Step
from questionnaire.models.people import Membership, Team, User, UserManager, teams_of
from questionnaire.models.sight import Access, Sight

__all__ = [
    "Access",
    "ChainHead",
    "Document",
    "Event",
    "Handover",
    "HeldPost",
    "Incident",
    "Intake",
    "IntakeQuerySet",
    "Keyed",
    "Membership",
    "Remark",
    "Sight",
    "SignOff",
    "Step",
    "Team",
    "User",
    "UserManager",
    "empty_content",
    "reference_key",
    "teams_of",
]
