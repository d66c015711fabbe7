"""State the rules of the contract a second time: every advice and level with its smallest answers.

`ROWS` is a table, not code: an advice is given at a level as soon as one of the row's smallest sets of
answers was given, and those sets are its `because`. So the table gives examples, and the outcome that is
expected for any intake (`expected`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Final

from questionnaire.tests.domain.codes import CODES

#: An item and a code of it; a cell is ("behaviour_home", "loiter=once"), the log ("incidents", "2").
Answer = tuple[str, str]
Smallest = frozenset[Answer]
#: Each of these sets of answers is enough.
Enough = frozenset[Smallest]

LEVELS: Final = ("follow", "days", "today", "now")
BEHAVIOUR: Final = ("behaviour_home", "behaviour_elsewhere", "behaviour_online")


def each(item: str, codes: str) -> Enough:
    """Return each of these codes as a set of its own that is enough."""
    return frozenset(frozenset({(item, code)}) for code in codes.split())


def raised(item: str) -> Enough:
    """Return each code that the contract marks as a signal."""
    codes = sorted(CODES[item].raises)
    if CODES[item].kind == "grid":
        return frozenset().union(*(cell(item, row, " ".join(codes)) for row in CODES[item].rows))
    return each(item, " ".join(codes))


def cell(grid: str, row: str, columns: str = "once sometimes weekly daily") -> Enough:
    """Return each of these columns in one row of a grid."""
    return each(grid, " ".join(f"{row}={column}" for column in columns.split()))


def either(*parts: Enough) -> Enough:
    return frozenset().union(*parts)


def both(*parts: Enough) -> Enough:
    """Return every combination of one set of each part that can be answered together."""
    found: Enough = frozenset({frozenset()})
    for part in parts:
        found = frozenset(one | other for one in found for other in part)
    return frozenset(answers for answers in found if _go_together(answers))


def _go_together(answers: Smallest) -> bool:
    """Return whether no item that takes one answer has two."""
    single = [item for item, _code in answers if item in CODES and CODES[item].kind in ("one", "yes_no")]
    return len(single) == len(set(single))


# --- Terms ---------------------------------------------------------------------------------------------

FEAR_LEVELS: Final = "1 2 3 4 5 6 7 8 9 10"
FEAR: Final = either(
    each("fear_own_words", "text"),
    each("fear_level", FEAR_LEVELS),
    raised("feared_events"),
    each("fear_change", "more"),
)
SERIOUS_FEAR: Final = either(
    each("fear_level", "6 7 8 9 10"),
    each("feared_events", "attack kill sexual_violence harm_children harm_others harm_self break_in"),
    each("fear_change", "more"),
)
ARMED: Final = each("weapons", "used has")
BREACHED: Final = each("orders", "breached")
LEAVING_CONTROL: Final = both(
    raised("coercive_control"),
    either(each("recent_change", "separation pregnancy"), each("children", "pregnant")),
)
TRACKING: Final = cell("behaviour_online", "tracking")
DANGER_SIGN: Final = either(
    each("threats", "kill hurt sexual children others pet self images veiled"),
    raised("violence"),
    raised("strangulation"),
    raised("sexual_violence"),
    ARMED,
    BREACHED,
    each("home_entry", "yes"),
    each("escalation", "more_severe closer"),
    each("person_suicidal", "yes"),
    raised("danger_now"),
    each("children_involved", "threatened"),
    cell("behaviour_online", "threaten_images"),
    TRACKING,
    cell("behaviour_elsewhere", "follow", "weekly daily"),
    cell("behaviour_elsewhere", "lie_in_wait", "weekly daily"),
    each("professional_concern", "urgent"),
    LEAVING_CONTROL,
)
RECENT: Final = either(
    each("contact_frequency", "daily several_weekly weekly"),
    raised("escalation"),
    each("fear_change", "more"),
    each("professional_concern", "urgent"),
    each("violence", "client_recent"),
    each("strangulation", "recent"),
    each("sexual_violence", "recent"),
    raised("danger_now"),
)
CLUSTER: Final = both(
    either(each("threats", "kill children"), each("children_involved", "threatened")),
    either(
        BREACHED,
        raised("strangulation"),
        each("home_entry", "yes"),
        each("person_suicidal", "yes"),
        each("violence", "client_recent"),
        each("escalation", "more_severe"),
    ),
    RECENT,
)
IN_PERSON_HOME: Final = "loiter ring leave_items damage look_in"
IN_PERSON_ELSEWHERE: Final = "follow lie_in_wait approach proxies"
IN_PERSON: Final = either(
    *(cell("behaviour_home", row) for row in IN_PERSON_HOME.split()),
    *(cell("behaviour_elsewhere", row) for row in IN_PERSON_ELSEWHERE.split()),
)
DAILY_IN_PERSON: Final = either(
    *(cell("behaviour_home", row, "daily") for row in IN_PERSON_HOME.split()),
    *(cell("behaviour_elsewhere", row, "daily") for row in IN_PERSON_ELSEWHERE.split()),
)
DAILY: Final = either(
    *(cell(grid, row, "daily") for grid in BEHAVIOUR for row in CODES[grid].rows),
    each("contact_frequency", "daily"),
)
#: What page one names besides the danger signs.
ALSO_CONCERNING: Final = either(
    *map(raised, ("escalation", "recent_change", "coercive_control", "threats", "weapons", "substance_use")),
    *map(raised, ("fixation", "previous_targets", "children_involved", "others_targeted")),
    each("aim", "force revenge"),
)
CHILDREN_INVOLVED: Final = either(
    raised("children_involved"),
    each("threats", "children"),
    each("feared_events", "harm_children"),
    cell("behaviour_elsewhere", "childrens_place"),
)
MINOR: Final = raised("client_age")
OUTSIDE_TIES: Final = (
    "colleague customer_or_patient school_contact neighbour acquaintance online_contact stranger"
)

# Three terms are no list of answers; `_derived` derives them, with the answers that they depend on.
CIRCLE: Final = each("*", "circle")
OUTSIDE_CIRCLE: Final = each("*", "outside_circle")
PATTERN: Final = each("*", "pattern")

CALL_112: Final = either(
    each("danger_now", "now"),
    both(
        each("danger_now", "soon"),
        either(
            raised("person_near"),
            raised("lives_together"),
            each("threats", "kill hurt sexual children others self veiled"),
            ARMED,
            raised("violence"),
            raised("strangulation"),
            each("person_suicidal", "yes"),
            BREACHED,
            each("home_entry", "yes"),
            each("children_involved", "threatened"),
        ),
    ),
)
PARTNER: Final = each("relationship", "partner ex_partner brief_relationship")
SEPARATION: Final = each("recent_change", "separation")
PARTNER_OR_EX_TODAY: Final = both(
    PARTNER,
    either(
        DANGER_SIGN,
        SERIOUS_FEAR,
        each("coercive_control", "still"),
        both(SEPARATION, either(IN_PERSON, DAILY)),
    ),
)
PARTNER_OR_EX_DAYS: Final = both(PARTNER, either(raised("coercive_control"), SEPARATION))
HONOUR: Final = each("barriers", "honour_pressure")
HANDOVER: Final = either(
    each("children", "shared staying_with_person"),
    each("access_routes", "children_handover"),
    each("recent_change", "contact_arrangement"),
)
WORK_OR_SCHOOL: Final = either(
    each("relationship", "colleague customer_or_patient school_contact"),
    cell("behaviour_elsewhere", "contact_work"),
    each("access_routes", "work_school"),
)
WORRYING_ITEMS: Final = (
    "life_changes contact_frequency escalation weapons threats fixation substance_use previous_targets "
    "recent_change coercive_control children_involved others_targeted professional_concern aim"
)

# --- Rules ---------------------------------------------------------------------------------------------

#: What every intake gets at least at `follow`, whatever was answered.
ALWAYS: Final = (
    "take_fear_seriously",
    "consult_police",
    "consult_veilig_thuis",
    "safety_plan",
    "report_options",
    "no_confrontation",
    "protection_rights",
    "collect_evidence",
    "involve_network",
    "victim_support",
    "share_with_care",
    "reassess",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One advice at one level, and each set of answers that is enough for it."""

    code: str
    level: str
    enough: Enough


ROWS: Final = (
    Row("call_112", "now", CALL_112),
    Row("make_talking_safe", "now", each("safe_to_talk", "no")),
    Row("make_talking_safe", "today", each("safe_to_talk", "unknown declined")),
    Row("take_fear_seriously", "today", FEAR),
    Row("take_fear_seriously", "days", raised("life_changes")),
    Row(
        "consult_police",
        "now",
        either(
            CALL_112,
            each("strangulation", "recent"),
            CLUSTER,
            both(either(each("threats", "kill"), each("person_suicidal", "yes")), ARMED),
            both(each("person_near", "near"), BREACHED, RECENT),
        ),
    ),
    Row(
        "consult_police",
        "today",
        either(
            DANGER_SIGN,
            SERIOUS_FEAR,
            PARTNER_OR_EX_TODAY,
            DAILY_IN_PERSON,
            each("others_targeted", "professional"),
        ),
    ),
    Row(
        "consult_police",
        "days",
        either(
            FEAR,
            PATTERN,
            *(raised(item) for item in WORRYING_ITEMS.split()),
            cell("behaviour_elsewhere", "childrens_place"),
        ),
    ),
    Row(
        "consult_veilig_thuis",
        "today",
        either(
            both(
                CIRCLE,
                either(DANGER_SIGN, SERIOUS_FEAR, CHILDREN_INVOLVED, PARTNER_OR_EX_TODAY, DAILY_IN_PERSON),
            ),
            both(CIRCLE, MINOR, FEAR),
            HONOUR,
        ),
    ),
    Row(
        "consult_veilig_thuis",
        "days",
        both(
            CIRCLE,
            either(
                FEAR,
                PATTERN,
                MINOR,
                PARTNER_OR_EX_DAYS,
                raised("children"),
                raised("professional_concern"),
            ),
        ),
    ),
    Row("follow_reporting_code", "today", both(CIRCLE, either(DANGER_SIGN, CHILDREN_INVOLVED))),
    Row("follow_reporting_code", "days", both(CIRCLE, either(FEAR, PATTERN, MINOR, raised("children")))),
    Row("follow_reporting_code", "follow", CIRCLE),
    Row("reporting_code_scope", "follow", OUTSIDE_CIRCLE),
    Row("partner_or_ex", "today", PARTNER_OR_EX_TODAY),
    Row("partner_or_ex", "days", PARTNER_OR_EX_DAYS),
    Row("recognise_pattern", "days", PATTERN),
    Row("safety_plan", "today", either(DANGER_SIGN, SERIOUS_FEAR, raised("lives_together"))),
    Row(
        "safety_plan",
        "days",
        either(PATTERN, raised("access_routes"), raised("barriers"), raised("unwanted_known")),
    ),
    Row("child_check", "today", CHILDREN_INVOLVED),
    Row("child_check", "days", either(raised("children"), MINOR)),
    Row("safe_handover", "today", both(HANDOVER, either(DANGER_SIGN, CHILDREN_INVOLVED))),
    Row("safe_handover", "days", HANDOVER),
    Row("work_or_school", "today", both(WORK_OR_SCHOOL, DANGER_SIGN)),
    Row("work_or_school", "days", WORK_OR_SCHOOL),
    Row("report_breaches", "today", BREACHED),
    Row("report_options", "today", DANGER_SIGN),
    Row("report_options", "days", PATTERN),
    Row("medical_check", "today", either(each("strangulation", "recent"), each("sexual_violence", "recent"))),
    Row(
        "medical_check", "days", either(each("strangulation", "earlier"), each("sexual_violence", "earlier"))
    ),
    Row(
        "worker_safety",
        "today",
        either(
            ARMED,
            each("others_targeted", "professional"),
            each("violence", "others"),
            each("professional_concern", "urgent"),
        ),
    ),
    Row("honour_route", "today", HONOUR),
    Row("crisis_support", "today", each("client_suicidal", "yes")),
    Row(
        "support_wellbeing",
        "days",
        either(*(cell("daily_life", row, "much") for row in CODES["daily_life"].rows)),
    ),
    Row(
        "support_wellbeing",
        "follow",
        either(*(cell("daily_life", row, "some") for row in CODES["daily_life"].rows)),
    ),
    Row("digital_safety", "today", either(TRACKING, both(raised("tech_access"), DANGER_SIGN))),
    Row(
        "digital_safety",
        "days",
        either(
            raised("tech_access"),
            cell("behaviour_online", "account_access"),
            cell("behaviour_online", "impersonation"),
        ),
    ),
    Row("no_confrontation", "today", either(DANGER_SIGN, SERIOUS_FEAR)),
    Row("no_confrontation", "days", either(FEAR, raised("coercive_control"))),
    Row(
        "protection_rights",
        "today",
        either(
            BREACHED,
            each("threats", "kill hurt sexual children others pet self images veiled"),
            raised("violence"),
        ),
    ),
    Row("involve_network", "days", either(each("support_people", "none"), raised("others_targeted"))),
)

#: The order in which advice of one urgency is given.
ORDER: Final = (
    "call_112",
    "make_talking_safe",
    "take_fear_seriously",
    "crisis_support",
    "honour_route",
    "consult_police",
    "consult_veilig_thuis",
    "follow_reporting_code",
    "reporting_code_scope",
    "partner_or_ex",
    "recognise_pattern",
    "safety_plan",
    "child_check",
    "safe_handover",
    "work_or_school",
    "report_breaches",
    "report_options",
    "medical_check",
    "worker_safety",
    "support_wellbeing",
    "digital_safety",
    "no_confrontation",
    "protection_rights",
    "collect_evidence",
    "involve_network",
    "victim_support",
    "share_with_care",
    "reassess",
)

# --- Expected outcomes ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """A level and the answers that cause it; None when the advice is not given."""

    level: str | None
    because: Smallest = frozenset()


def expected(given: Smallest) -> dict[str, Outcome]:
    """Return the outcome of these answers for every advice of the contract.

    `given` has every answer as a pair; an item that is missing was not reached. The log is
    ("incidents", how many).
    """
    derived = _derived(given)
    known = given | {("*", name) for name in derived}
    outcomes = {code: Outcome("follow" if code in ALWAYS else None) for code in ORDER}
    for row in sorted(ROWS, key=lambda row: LEVELS.index(row.level)):
        reasons = [answers for answers in _with(known, row.enough) if answers <= known]
        if reasons:
            because = frozenset().union(*reasons)
            names = {name for item, name in because if item == "*"}
            real = frozenset(answer for answer in because if answer[0] != "*")
            outcomes[row.code] = Outcome(row.level, real.union(*(derived[name] for name in names)))
    return outcomes


def _with(known: Smallest, enough: Enough) -> Iterable[Smallest]:
    """Return the sets that may be a subset of `known`, looked up by one of their answers."""
    index = _by_an_answer(enough)
    return (answers for answer in known for answers in index.get(answer, ()))


@cache
def _by_an_answer(enough: Enough) -> Mapping[Answer, Sequence[Smallest]]:
    index: dict[Answer, list[Smallest]] = {}
    for answers in enough:
        index.setdefault(max(answers), []).append(answers)
    return index


def _derived(given: Smallest) -> Mapping[str, Smallest]:
    """Return which of pattern, circle and outside_circle are true, and the answers that they depend on."""
    tie = next((answer for answer in given if answer[0] == "relationship"), ("relationship", "not_reached"))
    opened = given & _OPENS_CIRCLE
    far = tie[1] in OUTSIDE_TIES.split()
    if far and not opened:
        found = {"outside_circle": frozenset({tie})}
    else:
        found = {"circle": opened if far else opened | {tie}}
    cells = given & _CELLS
    log = frozenset(answer for answer in given if answer[0] == "incidents")
    incidents = sum(int(number) for _incidents, number in log)
    if len(cells) + incidents >= 2 or cells & _REPEATED_CELLS:
        found["pattern"] = cells | log
    return found


_OPENS_CIRCLE: Final = frozenset().union(
    *raised("lives_together"), *raised("children_involved"), *CHILDREN_INVOLVED, *MINOR
)
_CELLS: Final = frozenset().union(*(answer for grid in BEHAVIOUR for answer in raised(grid)))
_REPEATED_CELLS: Final = frozenset(answer for answer in _CELLS if not answer[1].endswith("=once"))

# --- Examples ------------------------------------------------------------------------------------------

_PATTERN_EXAMPLES: Final = either(
    frozenset(frozenset({answer}) for answer in _REPEATED_CELLS),
    frozenset(
        frozenset({(grid, f"{one}=once"), (grid, f"{other}=once")})
        for grid in BEHAVIOUR
        for one, other in combinations(CODES[grid].rows, 2)
    ),
    frozenset(
        frozenset({(one, f"{CODES[one].rows[0]}=once"), (other, f"{CODES[other].rows[0]}=once")})
        for one, other in combinations(BEHAVIOUR, 2)
    ),
    both(either(*(raised(grid) for grid in BEHAVIOUR)), each("incidents", "1")),
    each("incidents", "2 3"),
)


def examples(enough: Enough) -> Enough:
    """Return the sets with answers in place of "pattern" and "outside_circle"."""
    found = []
    for answers in enough:
        real = frozenset(answer for answer in answers if answer[0] != "*")
        wanted = {name for item, name in answers if item == "*"}
        if "pattern" in wanted:
            found += [real | more for more in _PATTERN_EXAMPLES]
        elif "outside_circle" in wanted:
            found += [real | more for more in each("relationship", OUTSIDE_TIES)]
        else:
            found.append(real)
    return frozenset(found)
