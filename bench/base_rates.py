"""State the base rates that `caseload.py` draws its invented cases from, and where each comes from.

They were written down before any result was seen, and no rate was changed since to make a result nicer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

#: The degrees, mildest first, with the number of cases (a choice).
DEGREES: Final = {
    # Letters and messages, weekly mostly, from someone not very close; some fear; hardly ever violence.
    "mild": 400,
    # It goes on for months, daily at its worst; now and then at the door; first threats; life is changing.
    "troubling": 300,
    # A former partner mostly; watches, waits and gets in; threats of violence, and violence before.
    "serious": 200,
    # Someone who works in the field would fear for a life this week: each case has one of `STORIES`.
    "severest": 100,
}

Four = tuple[int, int, int, int]

#: Answers in per cent of those who answer, in the order of the degrees. What a `one` leaves over, or a `many`
#: with nothing drawn, is `REST`. For a grid: how many have the row at all. A rate is a choice, unless marked:
#: [SC] threats about half, violence a third, forced sex one in eight of all stalking (Spitzberg & Cupach
#: 2007): so over the four degrees together.
#: [MS] the severest as in files of killings (Monckton Smith 2017): watching 63, escalation 79, control 92,
#: threats to kill 55, strangulation 24, threats of suicide 23.
#: [S] an order was broken in 40% (Spitzberg 2002).
#: [PM] one victim in four had thoughts of suicide (Pathé & Mullen 1997).
RATES: Final[Mapping[str, Mapping[str, Four]]] = {
    "safe_to_talk": {"no": (1, 2, 4, 6)},
    "danger_now": {"now": (0, 0, 1, 3), "soon": (1, 3, 10, 25)},
    "person_near": {"near": (4, 6, 10, 15), "within_hour": (20, 30, 40, 50)},
    "client_age": {"under_12": (0, 0, 0, 0), "age_12_15": (2, 2, 1, 1), "age_16_17": (4, 3, 3, 2)},
    "feared_events": {
        "more_following": (60, 65, 60, 50),
        "attack": (7, 25, 60, 75),
        "kill": (1, 6, 30, 60),
        "sexual_violence": (3, 8, 15, 25),
        "harm_children": (1, 6, 18, 28),
        "harm_others": (2, 8, 18, 25),
        "harm_self": (2, 8, 15, 22),
        "break_in": (6, 18, 40, 50),
        "spread_images": (6, 18, 22, 25),
        "lose_home_or_work": (8, 18, 22, 25),
    },
    "fear_change": {"more": (8, 25, 50, 65), "less": (20, 12, 8, 5), "varies": (22, 25, 20, 15)},
    "life_changes": {
        "other_routes": (10, 30, 55, 65),
        "stay_in": (6, 25, 45, 55),
        "not_home_alone": (3, 12, 35, 50),
        "new_number": (15, 30, 35, 40),
        "keep_children_in": (2, 8, 20, 28),
        "move": (1, 6, 18, 28),
        "see_fewer_people": (5, 20, 35, 45),
    },
    "behaviour_home": {
        "loiter": (12, 40, 70, 80),  # watching in the severest: [MS] 63, and more at once or from afar
        "ring": (6, 25, 50, 55),
        "leave_items": (10, 22, 30, 30),
        "letters": (50, 40, 35, 35),
        "orders_in_name": (3, 8, 8, 8),
        "damage": (2, 10, 30, 40),
        "look_in": (2, 8, 25, 35),
        "via_neighbours": (4, 12, 22, 25),
    },
    "behaviour_elsewhere": {
        "follow": (4, 20, 50, 63),
        "lie_in_wait": (4, 18, 50, 60),
        "approach": (14, 30, 50, 55),
        "contact_work": (10, 22, 35, 38),
        "via_others": (15, 35, 50, 55),
        "complaints": (2, 10, 15, 18),
        "childrens_place": (0, 5, 15, 22),
        "proxies": (1, 5, 15, 18),
    },
    "behaviour_online": {
        "calls": (40, 65, 75, 75),
        "messages": (75, 85, 85, 85),
        "fake_accounts": (12, 22, 25, 25),
        "posts": (10, 22, 25, 25),
        "threaten_images": (0, 6, 14, 16),
        "account_access": (2, 12, 22, 28),
        "tracking": (0, 5, 18, 28),
        "impersonation": (2, 6, 8, 8),
    },
    "contact_frequency": {
        "daily": (2, 22, 30, 40),
        "several_weekly": (10, 33, 35, 30),
        "weekly": (35, 25, 20, 15),
        "less": (33, 13, 10, 10),
    },
    "escalation": {
        "more_often": (12, 35, 50, 55),
        "more_severe": (2, 14, 40, 55),
        "closer": (3, 18, 40, 50),  # any of the four in the severest: about 79 and more [MS]
        "other_kind": (6, 15, 20, 22),
    },
    "home_entry": {"yes": (2, 8, 35, 45)},
    "unwanted_known": {"no": (25, 8, 5, 3), "unsafe_to_say": (3, 6, 12, 15)},
    "relationship": {
        "partner": (0, 2, 8, 12),
        "ex_partner": (10, 42, 62, 68),
        "brief_relationship": (10, 12, 8, 5),
        "family": (3, 5, 6, 5),
        "colleague": (12, 8, 3, 2),
        "customer_or_patient": (8, 4, 2, 1),
        "school_contact": (8, 3, 1, 1),
        "neighbour": (10, 5, 2, 1),
        "acquaintance": (20, 9, 4, 2),
        "online_contact": (10, 4, 1, 1),
        "stranger": (4, 3, 1, 1),
        "unidentified": (3, 2, 1, 0),
    },
    "lives_together": {"full_time": (0, 1, 5, 9), "part_time": (0, 2, 5, 6)},
    "recent_change": {
        "separation": (5, 25, 50, 60),
        "new_partner": (5, 12, 18, 20),
        "hearing": (1, 5, 15, 22),
        "report_known": (2, 8, 18, 25),
        "contact_arrangement": (1, 6, 14, 18),
        "move": (5, 8, 10, 10),
        "release": (0, 0, 4, 8),
        "loss": (4, 10, 15, 20),
        "pregnancy": (1, 2, 4, 5),
    },
    "coercive_control": {"past": (4, 28, 45, 42), "still": (1, 8, 30, 50)},  # severest: [MS] 92 together
    "aim": {
        "contact": (60, 50, 40, 30),
        "relationship": (40, 50, 45, 40),
        "force": (3, 14, 35, 45),
        "frighten": (5, 22, 50, 60),
        "hinder": (5, 15, 25, 30),
        "revenge": (3, 14, 35, 50),
        "sexual": (6, 6, 8, 8),
    },
    "threats": {  # [SC]: any threat about half of all; killing in the severest [MS]
        "kill": (0, 2, 22, 55),
        "hurt": (0, 8, 35, 50),
        "sexual": (0, 3, 6, 10),
        "children": (0, 2, 10, 20),
        "others": (0, 5, 18, 28),
        "pet": (0, 1, 5, 8),
        "self": (1, 6, 15, 23),
        "damage": (3, 12, 22, 28),
        "images": (1, 6, 12, 14),
        "veiled": (5, 22, 35, 35),
    },
    "violence": {  # [SC]: any violence about a third of all
        "client_recent": (0, 3, 20, 45),
        "client_earlier": (1, 18, 50, 65),
        "others": (1, 8, 20, 30),
    },
    "strangulation": {"recent": (0, 0, 1, 4), "earlier": (0, 3, 14, 24)},  # [MS] and `STORIES`
    "sexual_violence": {"recent": (0, 0, 2, 5), "earlier": (2, 9, 22, 32)},  # [SC]: one in eight of all
    "weapons": {"used": (0, 1, 6, 14), "has": (0, 2, 8, 16), "can_get": (1, 5, 12, 15)},
    "orders": {  # [S]: of those who have an order, 40 in 100 saw it broken; more in the gravest
        "requested": (2, 6, 12, 15),
        "complied": (1, 6, 12, 8),
        "breached": (0, 4, 14, 25),
        "ended": (1, 3, 5, 5),
    },
    "person_suicidal": {"yes": (1, 6, 15, 23)},
    "substance_use": {"yes": (5, 18, 35, 45)},
    "fixation": {"yes": (25, 50, 75, 88)},
    "previous_targets": {"yes": (6, 12, 20, 28)},
    "access_routes": {
        "address": (45, 75, 90, 92),
        "work_school": (25, 40, 50, 50),
        "children_handover": (0, 10, 22, 25),
        "family_friends": (15, 30, 35, 35),
        "key": (0, 3, 10, 14),
        "routines": (15, 35, 55, 60),
        "court_cases": (1, 5, 14, 16),
        "community": (10, 12, 12, 12),
        "lives_nearby": (15, 20, 25, 28),
    },
    "tech_access": {"yes": (3, 12, 25, 32)},
    "children": {
        "cares_for": (25, 35, 40, 40),
        "shared": (2, 18, 30, 35),
        "staying_with_person": (1, 8, 12, 12),
        "pregnant": (1, 2, 4, 5),
    },
    "children_involved": {
        "witness": (2, 12, 28, 35),
        "questioned": (0, 6, 14, 16),
        "messenger": (0, 5, 12, 14),
        "followed": (0, 1, 6, 8),
        "threatened": (0, 1, 6, 14),
        "not_returned": (0, 2, 6, 8),
    },
    "others_targeted": {
        "new_partner": (3, 10, 18, 22),
        "family": (5, 18, 35, 42),
        "friends": (6, 16, 25, 28),
        "colleagues": (4, 8, 12, 12),
        "professional": (0, 1, 4, 6),
    },
    "daily_life": {  # three in four have psychological complaints (CBS 2023)
        "sleep": (45, 75, 85, 90),
        "health": (25, 50, 70, 80),
        "work": (25, 50, 65, 70),
        "money": (8, 20, 35, 40),
        "contacts": (20, 45, 60, 70),
    },
    "client_suicidal": {"yes": (6, 18, 30, 40)},  # [PM]: one in four of those who were badly hit
    "barriers": {
        "care_dependent": (2, 3, 4, 4),
        "residence_permit": (1, 3, 5, 6),
        "language": (4, 6, 8, 8),
        "money": (6, 15, 25, 30),
        "disability": (5, 6, 7, 7),
        "alone": (12, 18, 22, 25),
        "honour_pressure": (1, 3, 5, 6),
        "pets": (3, 5, 7, 7),
    },
    "support_people": {
        "neighbours": (20, 25, 25, 22),
        "family": (60, 55, 50, 45),
        "friends": (60, 55, 45, 40),
    },
    "evidence_kept": {"screenshots": (55, 60, 60, 55), "messages": (60, 60, 60, 55), "log": (8, 20, 28, 30)},
    "police_contact": {"notified": (10, 30, 50, 60), "formal_report": (2, 10, 30, 40)},
    "consent_share": {"police": (50, 60, 70, 75), "veilig_thuis": (30, 40, 55, 60), "gp": (30, 30, 30, 30)},
    "professional_concern": {"urgent": (0, 5, 35, 75), "worried": (25, 60, 55, 22)},
}

#: What is answered when none of the codes above was drawn.
REST: Final = {
    "safe_to_talk": "yes",
    "person_near": "elsewhere",
    "client_age": "adult",
    "fear_change": "same",
    "contact_frequency": "not_lately",
    "escalation": "same",
    "unwanted_known": "yes",
    "relationship": "other",
    "lives_together": "not_now",
    "orders": "none",
    "professional_concern": "no_extra",
    "aim": "other",
} | dict.fromkeys(
    (
        "danger_now",
        "home_entry",
        "coercive_control",
        "strangulation",
        "sexual_violence",
        "person_suicidal",
        "substance_use",
        "fixation",
        "previous_targets",
        "tech_access",
        "client_suicidal",
    ),
    "no",
)

#: How often a row of a grid happens, for those who have it (a choice).
OFTEN: Final[Mapping[str, Four]] = {
    "once": (25, 15, 10, 10),
    "sometimes": (48, 40, 30, 25),
    "weekly": (25, 33, 40, 40),
    "daily": (2, 12, 20, 25),
}
BURDEN: Final[Mapping[str, Four]] = {"some": (75, 50, 35, 25), "much": (25, 50, 65, 75)}
#: The number for fear: the middle, with a spread of two points (a choice; mild is "some fear").
FEAR: Final[Four] = (4, 6, 8, 9)
#: Incidents in the log: the most there are (a choice).
LOGGED: Final[Four] = (2, 4, 6, 6)

#: What makes a case one of the severest: one each, with its share in per cent (a choice; the last, as 45 in
#: 100 killings came without a threat to kill [MS], few of them without any of the rest).
STORIES: Final[Sequence[tuple[int, Mapping[str, object]]]] = (
    (25, {"strangulation": "recent", "violence": ["client_recent", "client_earlier"]}),
    (30, {"threats": ["kill", "veiled"], "orders": "breached", "contact_frequency": "several_weekly"}),
    (15, {"threats": ["kill", "hurt"], "weapons": ["has"]}),
    (15, {"threats": ["kill"], "violence": ["client_recent"], "escalation": ["more_often", "more_severe"]}),
    (5, {"danger_now": "soon", "person_near": "within_hour", "threats": ["hurt"]}),
    (
        10,
        {"threats": ["none"], "coercive_control": "still", "recent_change": ["separation"], "fear_level": 9},
    ),
)

#: Absent answers in per cent (a choice): of the questions of the short route, and of the others. What makes a
#: case grave is as often left out as anything else.
ABSENT_CORE: Final = {"unknown": 3, "declined": 2, "not_asked": 2, "": 3}
ABSENT_OTHER: Final = {"unknown": 3, "declined": 2, "not_asked": 5, "": 25}
