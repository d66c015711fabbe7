"""Give the five steps of the reporting code (meldcode), and what points at acute and structural unsafety.

Source: Wet verplichte meldcode huiselijk geweld en kindermishandeling, with the five steps as they have read
since 1 January 2019. The steps need not follow each other strictly. The professional decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.advice.conditions import INCIDENTS, Facts, any_of, includes, raised
from questionnaire.domain.advice.engine import in_order
from questionnaire.domain.advice.sentences import Alternatives, Sentences, always, choose_sentences, when
from questionnaire.domain.advice.terms import ARMED, BEHAVIOUR, CIRCLE, PATTERN

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

INJURY: Final = any_of(raised("violence"), raised("strangulation"), raised("sexual_violence"))

LIKELY: Final = any_of(
    raised("lives_together"),
    includes(
        "relationship",
        "partner",
        "ex_partner",
        "brief_relationship",
        "family",
        "housemate",
        "informal_carer",
    ),
)

ACUTE: Final = any_of(
    raised("danger_now"),
    raised("threats"),
    raised("violence"),
    raised("strangulation"),
    raised("sexual_violence"),
    ARMED,
    raised("home_entry"),
    raised("person_suicidal"),
    includes("orders", "breached"),
    includes("children_involved", "threatened"),
)

STRUCTURAL: Final = any_of(
    PATTERN,
    raised("coercive_control"),
    raised("escalation"),
    includes("orders", "breached"),
    raised("children_involved"),
)

STEPS: Final[tuple[tuple[StrPromise, tuple[Alternatives, ...]], ...]] = (
    (
        _("Identify the signs"),
        (
            always(
                _("Write down what the client says, what you saw and what you think. Keep these three apart.")
            ),
            always(_("Also write down what does not fit.")),
            always(_("Do the child check (kindcheck) and record the result.")),
        ),
    ),
    (
        _("Consult a colleague and, if needed, Veilig Thuis"),
        (
            always(
                _(
                    "Discuss this summary with your attention officer (aandachtsfunctionaris) or an experienced colleague."
                )
            ),
            always(
                _(
                    "Ask Veilig Thuis for advice: %(veilig_thuis)s. This can be done without the client's name."
                )
            ),
            when(INJURY, _("In case of injury you can also consult an injury expert.")),
        ),
    ),
    (
        _("Talk with the person(s) involved"),
        (
            always(_("This is the talk with the client. Say what you see, and discuss what you want to do.")),
            always(_("Skip or postpone it when talking brings danger.")),
            always(_("Never talk with this person without the police or Veilig Thuis.")),
        ),
    ),
    (
        _("Weigh the violence"),
        (
            always(
                _(
                    "Use the assessment framework (afwegingskader) of your own profession. Is there acute or structural unsafety?"
                )
            ),
            when(PATTERN, _("This pattern often fits structural unsafety.")),
            always(
                _(
                    "Disclosure: does the client tell this for the first time, and unprompted? Then first consult Veilig Thuis."
                )
            ),
            always(_("In doubt: always consult Veilig Thuis.")),
        ),
    ),
    (
        _("Decide: take two decisions"),
        (
            always(
                _(
                    "One: is reporting to Veilig Thuis necessary? Two: is providing or organising help (also) possible?"
                )
            ),
            always(_("You decide. Record your reason, also when you depart from the advice.")),
        ),
    ),
)

_APPLIES: Final = {
    "likely": _("The reporting code probably applies."),
    "unsure": _("It is not clear yet whether the reporting code applies. Keep both routes open."),
    "unlikely": _("The reporting code probably does not apply. In doubt, ask Veilig Thuis."),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One of the five steps: what it asks, in the active language."""

    number: int
    sentences: Sentences

    @property
    def title(self) -> str:
        return str(STEPS[self.number - 1][0])

    @property
    def text(self) -> str:
        return str(self.sentences)


@dataclass(frozen=True, slots=True)
class ReportingCode:
    """Whether the reporting code applies ("likely", "unsure", "unlikely"), its steps, and what to weigh.

    `acute` and `structural` are the items, or "incidents", that point at that kind of unsafety.
    """

    applies: str
    steps: tuple[Step, ...]
    acute: tuple[str, ...]
    structural: tuple[str, ...]

    @property
    def is_likely(self) -> bool:
        """Whether it probably applies, which no further answer changes."""
        return self.applies == "likely"

    @property
    def applies_text(self) -> str:
        return str(_APPLIES[self.applies])


def reporting_code(facts: Facts, values: Mapping[str, object]) -> ReportingCode:
    """Return the steps for these facts; `values` are the telephone numbers that sentences name."""
    return ReportingCode(
        applies=_applies(facts),
        steps=tuple(
            Step(number, choose_sentences(parts, facts, values))
            for number, (_title, parts) in enumerate(STEPS, start=1)
        ),
        acute=tuple(because.item for because in in_order(ACUTE.because(facts))),
        structural=_structural(facts),
    )


def _applies(facts: Facts) -> str:
    if LIKELY.holds(facts):
        return "likely"
    return "unsure" if CIRCLE.holds(facts) else "unlikely"


def _structural(facts: Facts) -> tuple[str, ...]:
    """Return the items in questionnaire order, the incidents right after the grids of behaviour."""
    items = [because.item for because in in_order(STRUCTURAL.because(facts))]
    if INCIDENTS in items:
        items.remove(INCIDENTS)
        items.insert(sum(item in BEHAVIOUR for item in items), INCIDENTS)
    return tuple(items)
