"""Say what a person must be to make a request, and of the pages of Beheer what each of them requires."""

from collections.abc import Mapping
from enum import Enum, auto
from typing import Final


class Requirement(Enum):
    """What a person must be to make a request."""

    ANYONE = auto()
    SIGNED_IN = auto()
    # In any team:
    PROFESSIONAL = auto()
    MANAGER = auto()
    ADMINISTRATOR = auto()
    STEWARD = auto()  # a manager or an administrator
    AUDITOR = auto()
    WATCHER = auto()  # an auditor or a manager
    PLANNER = auto()  # a manager, or a professional for themselves
    # Of the intake in the URL:
    LISTED = auto()  # may know that it is there
    READER = auto()
    COPIER = auto()  # a reader, and not only by an opening with a reason that nobody saw
    AUTHOR = auto()  # writes in it, as its author or assigned to it; also when it is closed
    AUTHOR_WHILE_OPEN = auto()  # the same; for a closed intake questionnaire.middleware.closed_intake answers
    REVIEWER = auto()  # wrote none of its words
    ACCESS_MANAGER = auto()  # decides who else may see it


#: The pages on which people, teams and the words of the organisation are kept. None shows a conversation.
ADMINISTRATION: Final[Mapping[str, Mapping[str, Requirement]]] = {
    "administration": {"GET": Requirement.STEWARD},
    "people": {"GET": Requirement.ADMINISTRATOR},
    # A search is posted: a name does not belong in a URL, which browsers store.
    "people_search": {"POST": Requirement.ADMINISTRATOR},
    "person": {"GET": Requirement.ADMINISTRATOR, "POST": Requirement.ADMINISTRATOR},
    "person_new": {"GET": Requirement.ADMINISTRATOR, "POST": Requirement.ADMINISTRATOR},
    "person_password": {"GET": Requirement.ADMINISTRATOR, "POST": Requirement.ADMINISTRATOR},
    "password_shown": {"GET": Requirement.ADMINISTRATOR},
    "person_factors": {"GET": Requirement.ADMINISTRATOR, "POST": Requirement.ADMINISTRATOR},
    "person_provider": {"GET": Requirement.ADMINISTRATOR, "POST": Requirement.ADMINISTRATOR},
    "teams": {"GET": Requirement.ADMINISTRATOR},
    "team": {"GET": Requirement.ADMINISTRATOR, "POST": Requirement.ADMINISTRATOR},
    "team_new": {"GET": Requirement.ADMINISTRATOR, "POST": Requirement.ADMINISTRATOR},
    "hand_overs": {"GET": Requirement.MANAGER},
    # The view asks whether it is the manager of that team.
    "hand_over_all": {"GET": Requirement.MANAGER, "POST": Requirement.MANAGER},
    "hand_over_check": {"GET": Requirement.MANAGER, "POST": Requirement.MANAGER},
    "replacement": {"GET": Requirement.PLANNER, "POST": Requirement.PLANNER},
    "replacement_end": {"POST": Requirement.PLANNER},
    # The view asks for which teams.
    "own_contacts": {"GET": Requirement.STEWARD},
    "own_contact_new": {"GET": Requirement.STEWARD, "POST": Requirement.STEWARD},
    "own_contact": {"GET": Requirement.STEWARD, "POST": Requirement.STEWARD},
    "own_contact_remove": {"GET": Requirement.STEWARD, "POST": Requirement.STEWARD},
    "own_texts": {"GET": Requirement.STEWARD, "POST": Requirement.STEWARD},
    "own_look": {"GET": Requirement.STEWARD, "POST": Requirement.STEWARD},
    "own_terms": {"GET": Requirement.STEWARD, "POST": Requirement.STEWARD},
}
#: Those whose page itself requires a recent authentication, besides their posts.
ADMINISTRATION_REAUTHENTICATION_FIRST: Final = frozenset(
    {
        *("person_new", "person_password", "person_factors", "person_provider", "team", "team_new"),
        *("hand_over_all", "hand_over_check", "replacement"),
        *("own_contact_new", "own_contact", "own_contact_remove", "own_texts", "own_terms", "own_look"),
    }
)
#: Those whose posts do.
ADMINISTRATION_REAUTHENTICATION: Final = ADMINISTRATION_REAUTHENTICATION_FIRST | {"person", "replacement_end"}
