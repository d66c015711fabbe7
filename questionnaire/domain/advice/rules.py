"""Declare the rules: which answers call for which advice, and how soon.

A rule gives its advice at the highest of its levels that holds. Rules only add. What the named conditions
mean is in `terms`, the text of the advice in `texts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from questionnaire.domain.advice.conditions import (
    ALWAYS,
    Condition,
    Facts,
    all_of,
    any_cell,
    any_of,
    cell,
    includes,
    raised,
)
from questionnaire.domain.advice.terms import (
    ARMED,
    CALL_112,
    CHILDREN_INVOLVED,
    CIRCLE,
    DAILY_IN_PERSON,
    DANGER_SIGN,
    FEAR,
    HANDOVER,
    HONOUR,
    MINOR,
    OUTSIDE_CIRCLE,
    PARTNER_OR_EX_DAYS,
    PARTNER_OR_EX_TODAY,
    PATTERN,
    POLICE_NOW,
    SERIOUS_FEAR,
    WORK_OR_SCHOOL,
)
from questionnaire.domain.advice.urgency import Urgency


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
    rule("crisis_support", today=includes("client_suicidal", "yes")),
    rule("honour_route", today=HONOUR),
    rule(
        "consult_police",
        now=POLICE_NOW,
        today=any_of(
            DANGER_SIGN,
            SERIOUS_FEAR,
            PARTNER_OR_EX_TODAY,
            DAILY_IN_PERSON,
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
            raised("aim"),
            cell("behaviour_elsewhere", "childrens_place"),
        ),
        follow=ALWAYS,
    ),
    rule(
        "consult_veilig_thuis",
        today=any_of(
            all_of(
                CIRCLE,
                any_of(
                    DANGER_SIGN,
                    SERIOUS_FEAR,
                    CHILDREN_INVOLVED,
                    all_of(MINOR, FEAR),
                    PARTNER_OR_EX_TODAY,
                    DAILY_IN_PERSON,
                ),
            ),
            HONOUR,
        ),
        days=all_of(
            CIRCLE,
            any_of(
                FEAR, PATTERN, MINOR, PARTNER_OR_EX_DAYS, raised("children"), raised("professional_concern")
            ),
        ),
        follow=ALWAYS,
    ),
    rule(
        "follow_reporting_code",
        today=all_of(CIRCLE, any_of(DANGER_SIGN, CHILDREN_INVOLVED)),
        days=all_of(CIRCLE, any_of(FEAR, PATTERN, MINOR, raised("children"))),
        follow=CIRCLE,
    ),
    rule("reporting_code_scope", follow=OUTSIDE_CIRCLE),
    rule("partner_or_ex", today=PARTNER_OR_EX_TODAY, days=PARTNER_OR_EX_DAYS),
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
        today=any_of(DANGER_SIGN, SERIOUS_FEAR),
        days=any_of(FEAR, raised("coercive_control")),
        follow=ALWAYS,
    ),
    rule(
        "protection_rights",
        today=any_of(
            includes("orders", "breached"),
            includes(
                "threats", "kill", "hurt", "sexual", "children", "others", "pet", "self", "images", "veiled"
            ),
            raised("violence"),
        ),
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
