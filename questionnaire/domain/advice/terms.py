"""Declare the named terms that rules and texts are made of, such as a danger sign.

Terms only add: see `conditions`. The evidence for each signal is in the item's `why`.
"""

from __future__ import annotations

from typing import Final

from questionnaire.domain.advice.conditions import (
    CountAtLeast,
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

#: From this number on the fear counts as serious. A choice of this project, not of research.
SERIOUS_FEAR_LEVEL: Final = 6

BEHAVIOUR: Final = ("behaviour_home", "behaviour_elsewhere", "behaviour_online")

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

# Separation or pregnancy after control: the time in which most goes wrong (Campbell 2003).
LEAVING_CONTROL: Final = Term(
    "leaving_control",
    all_of(
        raised("coercive_control"),
        any_of(includes("recent_change", "separation", "pregnancy"), includes("children", "pregnant")),
    ),
)

#: The professional's own concern is one, but says nothing of this person: see `summary.danger_signs`.
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
        cell("behaviour_online", "tracking"),
        cell("behaviour_elsewhere", "follow", "weekly", "daily"),
        cell("behaviour_elsewhere", "lie_in_wait", "weekly", "daily"),
        includes("professional_concern", "urgent"),
        LEAVING_CONTROL,
    ),
)

ALSO_CONCERNING: Final = Term(
    "also_concerning",
    any_of(
        raised("escalation"),
        raised("recent_change"),
        raised("coercive_control"),
        includes("aim", "force", "revenge"),
        raised("threats"),
        raised("weapons"),
        raised("substance_use"),
        raised("fixation"),
        raised("previous_targets"),
        raised("children_involved"),
        raised("others_targeted"),
    ),
)

# Dates are for people: no rule reads the last incident, or the days of the log.
RECENT: Final = Term(
    "recent",
    any_of(
        includes("contact_frequency", "daily", "several_weekly", "weekly"),
        raised("escalation"),
        includes("fear_change", "more"),
        includes("professional_concern", "urgent"),
        includes("violence", "client_recent"),
        includes("strangulation", "recent"),
        includes("sexual_violence", "recent"),
        raised("danger_now"),
    ),
)

# What matters is what comes together, not how many signs there are.
CLUSTER: Final = Term(
    "cluster",
    all_of(
        any_of(includes("threats", "kill", "children"), includes("children_involved", "threatened")),
        any_of(
            includes("orders", "breached"),
            raised("strangulation"),
            includes("home_entry", "yes"),
            includes("person_suicidal", "yes"),
            includes("violence", "client_recent"),
            includes("escalation", "more_severe"),
        ),
        RECENT,
    ),
)

#: What this person does in the client's presence, or where the client lives: grid and row.
_IN_PERSON_ROWS: Final = (
    *(("behaviour_home", row) for row in ("loiter", "ring", "leave_items", "damage", "look_in")),
    *(("behaviour_elsewhere", row) for row in ("follow", "lie_in_wait", "approach", "proxies")),
)
IN_PERSON: Final = Term("in_person", any_of(*(cell(grid, row) for grid, row in _IN_PERSON_ROWS)))
DAILY_IN_PERSON: Final = Term(
    "daily_in_person", any_of(*(cell(grid, row, "daily") for grid, row in _IN_PERSON_ROWS))
)
DAILY: Final = Term(
    "daily",
    any_of(*(any_cell(grid, "daily") for grid in BEHAVIOUR), includes("contact_frequency", "daily")),
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

_PARTNER: Final = includes("relationship", "partner", "ex_partner", "brief_relationship")
_SEPARATION: Final = includes("recent_change", "separation")

PARTNER_OR_EX_TODAY: Final = Term(
    "partner_or_ex_today",
    all_of(
        _PARTNER,
        any_of(
            DANGER_SIGN,
            SERIOUS_FEAR,
            includes("coercive_control", "still"),
            all_of(_SEPARATION, any_of(IN_PERSON, DAILY)),
        ),
    ),
)

PARTNER_OR_EX_DAYS: Final = Term(
    "partner_or_ex_days", all_of(_PARTNER, any_of(raised("coercive_control"), _SEPARATION))
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
                raised("lives_together"),
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
    ),
)

# The danger can be to life: the police today is too late.
POLICE_NOW: Final = Term(
    "police_now",
    any_of(
        CALL_112,
        includes("strangulation", "recent"),
        CLUSTER,
        all_of(any_of(includes("threats", "kill"), includes("person_suicidal", "yes")), ARMED),
        all_of(includes("person_near", "near"), includes("orders", "breached"), RECENT),
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
