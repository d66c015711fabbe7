"""Declare the rules: which answers call for which advice, and how soon.

A rule gives its advice at the highest of its levels that holds. Rules only add. The text of the advice is
in `texts`; the evidence for each signal is in the item's `why`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from questionnaire.domain.advice.conditions import (
    ALWAYS,
    Condition,
    CountAtLeast,
    Facts,
    Term,
    Unless,
    all_of,
    any_cell,
    any_of,
    at_least,
    cell,
    includes,
    raised,
)
from questionnaire.domain.advice.urgency import Urgency

#: From this number on the fear counts as serious. A choice of this project, not of research.
SERIOUS_FEAR_LEVEL: Final = 4

BEHAVIOUR: Final = ("behaviour_home", "behaviour_elsewhere", "behaviour_online")

# --- Terms ---------------------------------------------------------------------------------------------

FEAR_BEYOND_WORDS: Final = Term(
    "fear_beyond_words",
    any_of(at_least("fear_level", 1), raised("feared_events"), includes("fear_change", "more")),
)

FEAR: Final = Term("fear", any_of(raised("fear_own_words"), FEAR_BEYOND_WORDS))

# The client's own words are read by people, not by rules.
SERIOUS_FEAR: Final = Term(
    "serious_fear",
    any_of(
        at_least("fear_level", SERIOUS_FEAR_LEVEL),
        includes(
            "feared_events",
            "attack",
            "kill",
            "sexual_violence",
            "harm_children",
            "harm_others",
            "harm_self",
            "break_in",
        ),
        includes("fear_change", "more"),
    ),
)

DANGER_SIGN: Final = Term(
    "danger_sign",
    any_of(
        raised("danger_now"),
        includes(
            "threats", "kill", "hurt", "sexual", "children", "others", "pet", "self", "images", "veiled"
        ),
        raised("violence"),
        raised("strangulation"),
        raised("sexual_violence"),
        includes("weapons", "used", "has"),
        includes("orders", "breached"),
        includes("home_entry", "yes"),
        includes("escalation", "more_severe", "closer"),
        includes("person_suicidal", "yes"),
        includes("children_involved", "threatened"),
        cell("behaviour_online", "threaten_images"),
        cell("behaviour_elsewhere", "follow", "weekly", "daily"),
        cell("behaviour_elsewhere", "lie_in_wait", "weekly", "daily"),
        includes("professional_concern", "urgent"),
    ),
)

CHILDREN_INVOLVED: Final = Term(
    "children_involved",
    any_of(
        raised("children_involved"),
        includes("threats", "children"),
        includes("feared_events", "harm_children"),
        cell("behaviour_elsewhere", "childrens_place"),
    ),
)

MINOR: Final = Term("minor", raised("client_age"))

# The relationship may lie within home or family, to which the reporting code applies. In doubt it does: only
# one that is known to lie outside narrows the advice.
CIRCLE: Final = Term(
    "circle",
    any_of(
        Unless(
            includes(
                "relationship",
                "colleague",
                "customer_or_patient",
                "school_contact",
                "neighbour",
                "acquaintance",
                "online_contact",
                "stranger",
            ),
            "relationship",
        ),
        raised("lives_together"),
        CHILDREN_INVOLVED,
        MINOR,
    ),
)

OUTSIDE_CIRCLE: Final = Term("outside_circle", Unless(CIRCLE, "relationship"))

PATTERN: Final = Term(
    "pattern",
    any_of(
        CountAtLeast(2, BEHAVIOUR),
        *(any_cell(grid, "sometimes", "weekly", "daily") for grid in BEHAVIOUR),
    ),
)

PARTNER_OR_EX: Final = Term(
    "partner_or_ex",
    all_of(
        includes("relationship", "partner", "ex_partner", "brief_relationship"),
        any_of(
            DANGER_SIGN,
            raised("coercive_control"),
            SERIOUS_FEAR,
            includes("recent_change", "separation"),
        ),
    ),
)

HONOUR: Final = Term("honour", includes("barriers", "honour_pressure"))

ARMED: Final = Term("armed", includes("weapons", "used", "has"))

CALL_112: Final = Term(
    "call_112",
    any_of(
        includes("danger_now", "now"),
        all_of(
            includes("danger_now", "soon"),
            any_of(
                raised("person_near"),
                includes("threats", "kill", "hurt", "sexual", "children", "others", "self", "veiled"),
                ARMED,
                raised("violence"),
                raised("strangulation"),
                includes("person_suicidal", "yes"),
                includes("orders", "breached"),
                includes("home_entry", "yes"),
                includes("children_involved", "threatened"),
            ),
        ),
        all_of(includes("person_near", "near"), includes("orders", "breached")),
    ),
)

HANDOVER: Final = Term(
    "handover",
    any_of(
        includes("children", "shared", "staying_with_person"),
        includes("access_routes", "children_handover"),
        includes("recent_change", "contact_arrangement"),
    ),
)

WORK_OR_SCHOOL: Final = Term(
    "work_or_school",
    any_of(
        includes("relationship", "colleague", "customer_or_patient", "school_contact"),
        cell("behaviour_elsewhere", "contact_work"),
        includes("access_routes", "work_school"),
    ),
)

# --- Rules ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """One advice code and the condition for each level at which it is given."""

    code: str
    levels: Mapping[Urgency, Condition]
    reads: frozenset[str] = field(init=False)
    highest_first: tuple[tuple[Urgency, Condition], ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reads", frozenset().union(*(part.reads for part in self.levels.values())))
        object.__setattr__(self, "highest_first", tuple(sorted(self.levels.items(), reverse=True)))

    def level(self, facts: Facts) -> Urgency | None:
        """Return the highest level that holds, or None when the advice is not given."""
        for urgency, condition in self.highest_first:
            if condition.holds(facts):
                return urgency
        return None


def rule(
    code: str,
    *,
    now: Condition | None = None,
    today: Condition | None = None,
    days: Condition | None = None,
    follow: Condition | None = None,
) -> Rule:
    """Return a rule with the conditions of its levels by name."""
    levels = {Urgency.NOW: now, Urgency.TODAY: today, Urgency.DAYS: days, Urgency.FOLLOW: follow}
    return Rule(code, {urgency: condition for urgency, condition in levels.items() if condition is not None})


#: In the order in which advice of the same urgency is given.
RULES: Final = (
    rule("call_112", now=CALL_112),
    rule(
        "make_talking_safe",
        now=includes("safe_to_talk", "no"),
        today=includes("safe_to_talk", "unknown", "declined"),
    ),
    rule("take_fear_seriously", today=FEAR, days=raised("life_changes"), follow=ALWAYS),
    rule(
        "consult_police",
        now=any_of(
            CALL_112,
            all_of(
                any_of(
                    includes("threats", "kill"),
                    includes("person_suicidal", "yes"),
                    includes("strangulation", "recent"),
                ),
                ARMED,
            ),
        ),
        today=any_of(
            DANGER_SIGN,
            SERIOUS_FEAR,
            PARTNER_OR_EX,
            cell("behaviour_online", "tracking"),
            includes("others_targeted", "professional"),
        ),
        days=any_of(
            FEAR,
            PATTERN,
            raised("life_changes"),
            raised("contact_frequency"),
            raised("escalation"),
            raised("weapons"),
            raised("threats"),
            raised("fixation"),
            raised("substance_use"),
            raised("previous_targets"),
            raised("recent_change"),
            raised("coercive_control"),
            raised("children_involved"),
            raised("others_targeted"),
            raised("professional_concern"),
            cell("behaviour_elsewhere", "childrens_place"),
        ),
        follow=ALWAYS,
    ),
    rule(
        "consult_veilig_thuis",
        today=any_of(
            all_of(
                CIRCLE,
                any_of(DANGER_SIGN, SERIOUS_FEAR, CHILDREN_INVOLVED, all_of(MINOR, FEAR), PARTNER_OR_EX),
            ),
            HONOUR,
        ),
        days=all_of(CIRCLE, any_of(FEAR, PATTERN, MINOR, raised("children"), raised("professional_concern"))),
        follow=ALWAYS,
    ),
    rule(
        "follow_reporting_code",
        today=all_of(CIRCLE, any_of(DANGER_SIGN, CHILDREN_INVOLVED)),
        days=all_of(CIRCLE, any_of(FEAR, PATTERN, MINOR, raised("children"))),
        follow=CIRCLE,
    ),
    rule("reporting_code_scope", follow=OUTSIDE_CIRCLE),
    rule("partner_or_ex", today=PARTNER_OR_EX),
    rule("recognise_pattern", days=PATTERN),
    rule(
        "safety_plan",
        today=any_of(DANGER_SIGN, SERIOUS_FEAR, raised("lives_together")),
        days=any_of(PATTERN, raised("access_routes"), raised("barriers"), raised("unwanted_known")),
        follow=ALWAYS,
    ),
    rule("child_check", today=CHILDREN_INVOLVED, days=any_of(raised("children"), MINOR)),
    rule("safe_handover", today=all_of(HANDOVER, any_of(DANGER_SIGN, CHILDREN_INVOLVED)), days=HANDOVER),
    rule("work_or_school", today=all_of(WORK_OR_SCHOOL, DANGER_SIGN), days=WORK_OR_SCHOOL),
    rule("report_breaches", today=includes("orders", "breached")),
    rule("report_options", today=DANGER_SIGN, days=PATTERN, follow=ALWAYS),
    rule(
        "medical_check",
        today=any_of(includes("strangulation", "recent"), includes("sexual_violence", "recent")),
        days=any_of(includes("strangulation", "earlier"), includes("sexual_violence", "earlier")),
    ),
    rule(
        "worker_safety",
        today=any_of(
            ARMED,
            includes("others_targeted", "professional"),
            includes("violence", "others"),
            includes("professional_concern", "urgent"),
        ),
    ),
    rule("honour_route", today=HONOUR),
    rule("crisis_support", today=includes("client_suicidal", "yes")),
    rule("support_wellbeing", days=any_cell("daily_life", "much"), follow=any_cell("daily_life", "some")),
    rule(
        "digital_safety",
        today=any_of(cell("behaviour_online", "tracking"), all_of(raised("tech_access"), DANGER_SIGN)),
        days=any_of(
            raised("tech_access"),
            cell("behaviour_online", "account_access"),
            cell("behaviour_online", "impersonation"),
        ),
    ),
    rule(
        "no_confrontation",
        today=any_of(DANGER_SIGN, FEAR, raised("coercive_control")),
        follow=ALWAYS,
    ),
    rule(
        "protection_rights",
        today=any_of(includes("orders", "breached"), raised("threats"), raised("violence")),
        follow=ALWAYS,
    ),
    rule("collect_evidence", follow=ALWAYS),
    rule(
        "involve_network",
        days=any_of(includes("support_people", "none"), raised("others_targeted")),
        follow=ALWAYS,
    ),
    rule("victim_support", follow=ALWAYS),
    rule("share_with_care", follow=ALWAYS),
    rule("reassess", follow=ALWAYS),
)
