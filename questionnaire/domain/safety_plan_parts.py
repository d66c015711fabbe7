"""List the parts of a safety plan, each with what to go through together.

The professional reads these with the client, and perhaps whoever finds the screen or the paper. They ask, and
promise nothing; nothing in them says that something makes it safe.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy, pgettext_lazy

from questionnaire.domain.contacts import PHONE_NUMBERS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the plan: what to talk about, as questions to go through together."""

    code: str
    label: StrPromise
    template: StrPromise

    @property
    def hint(self) -> str:
        """Return what to think of, with the numbers to call."""
        return str(self.template) % PHONE_NUMBERS


PARTS: Final = (
    Part(
        "home",
        pgettext_lazy("safety plan", "At home"),
        gettext_lazy(
            "How does the client get out, and where to? Whom do neighbours call? Does this person live there "
            "too? Then keep this plan elsewhere, and do not announce a break-up or leaving without a plan."
        ),
    ),
    Part(
        "travel",
        pgettext_lazy("safety plan", "On the way"),
        gettext_lazy(
            "Other routes, other times, preferably not alone. Does this person follow? Then go to where "
            "people are or to the police, not home. In danger: %(police_emergency)s."
        ),
    ),
    Part(
        "work_school",
        pgettext_lazy("safety plan", "At work or school"),
        gettext_lazy(
            "Who there may know? Only if the client wants that. What do they do when this person comes or "
            "calls? Does this person work or learn there too? Then first agree with whom to talk."
        ),
    ),
    Part(
        "phone_internet",
        pgettext_lazy("safety plan", "Phone and internet"),
        gettext_lazy(
            "First a safe device, which this person cannot get into. Only use that for this plan. Change and "
            "remove nothing yet on other devices: this person may notice, and evidence is lost."
        ),
    ),
    Part(
        "children",
        pgettext_lazy("safety plan", "The children"),
        gettext_lazy(
            "Where do they go, and whom may they call? Who may fetch them, at school too? Tell them no more "
            "than they need: a child can pass it on by accident. Stopping this person is never their task."
        ),
    ),
    Part(
        "code_word",
        pgettext_lazy("safety plan", "Code word"),
        gettext_lazy(
            "With whom? What happens when it is said or sent: call %(police_emergency)s, come, fetch the "
            "children? Choose a word that does not stand out. Can this person find the plan? Then leave the "
            "word itself out."
        ),
    ),
    Part(
        "who_knows",
        pgettext_lazy("safety plan", "Who knows of this plan"),
        gettext_lazy(
            "Who may know, and who not? Only with the client's consent. Is there pressure of family or of "
            "honour? Then nobody of the family."
        ),
    ),
    Part(
        "keys",
        pgettext_lazy("safety plan", "Who has a key"),
        gettext_lazy(
            "Of the home, the car, a camera or an alarm: who has a key or a code? Does this person have one? "
            "A new lock can be noticed: first agree with the police when."
        ),
    ),
    Part(
        "aol",
        gettext_lazy("Location agreement with the police (AOL, Afspraak op Locatie)"),
        gettext_lazy(
            "The police note what was agreed for an address, so that %(police_emergency)s knows it at once. "
            "Asked from whom, and when? For which address, until when? It does not replace calling."
        ),
    ),
    Part(
        "aware",
        gettext_lazy("AWARE alarm"),
        gettext_lazy(
            "Ask Veilig Thuis, the police or a women's shelter: it differs by region. Asked from whom, and "
            "what is the answer? An alarm does not make it safe by itself."
        ),
    ),
    Part(
        "what_when",
        pgettext_lazy("safety plan", "What to do when"),
        gettext_lazy(
            "This person stands at the door, calls, follows, or threatens. Someone cannot be reached. It is "
            "night. What then, and who does it? In danger always first %(police_emergency)s."
        ),
    ),
)
PART_OF: Final[Mapping[str, Part]] = {part.code: part for part in PARTS}
