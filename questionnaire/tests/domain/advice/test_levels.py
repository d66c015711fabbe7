"""The levels of advice for single intakes, and what else a summary says of them, as the contract has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import pytest
from django.utils.translation import override

from questionnaire.domain.incidents import Incident
from questionnaire.tests.domain.advice.level_rows import (
    BUNDLES,
    FLOOR,
    IN_THE_CIRCLE,
    ROWS,
)
from questionnaire.tests.domain.advice.summaries import summary_of

LEVELS: Final = ("follow", "days", "today", "now")
#: The advice whose level does not count for that of the case: it stands with the fear itself.
NOT_OVERALL: Final = "take_fear_seriously"
#: The advice in the order of the contract's table.
TABLE: Final = (
    "call_112 make_talking_safe take_fear_seriously crisis_support honour_route consult_police "
    "consult_veilig_thuis follow_reporting_code reporting_code_scope partner_or_ex recognise_pattern "
    "safety_plan child_check safe_handover work_or_school report_breaches report_options medical_check "
    "worker_safety support_wellbeing digital_safety no_confrontation protection_rights collect_evidence "
    "involve_network victim_support share_with_care reassess"
)


@dataclass(frozen=True, slots=True)
class Row:
    """What is expected of one intake."""

    answers: str
    levels: dict[str, str]
    overall: str


def rows() -> Iterator[Row]:
    for line in ROWS.strip().replace("\n    ", " ").splitlines():
        if not line.startswith("#"):
            answers, advice, overall = (part.strip() for part in line.split("|"))
            yield Row(answers, levels_of(advice.split()), overall)


def levels_of(advice: list[str]) -> dict[str, str]:
    """Return the level of each advice, the highest where it is named twice."""
    outside = "+outside" in advice
    named = [part for part in advice if not part.startswith("+")]
    for bundle in (part[1:] for part in advice if part.startswith("+") and part != "+outside"):
        parts = BUNDLES[bundle].split()
        named += [part for part in parts if not (outside and part.partition("=")[0] in IN_THE_CIRCLE)]
    levels = dict.fromkeys(FLOOR.split(), "follow")
    if outside:
        del levels["follow_reporting_code"]
        levels["reporting_code_scope"] = "follow"
    for code, _is, level in (part.partition("=") for part in named):
        levels[code] = max(level, levels.get(code, "follow"), key=LEVELS.index)
    return levels


ALL_ROWS: Final = tuple(rows())


@pytest.mark.parametrize("row", ALL_ROWS, ids=[row.answers or "nothing" for row in ALL_ROWS])
def test_each_row_of_the_table(row: Row) -> None:
    summary = summary_of(row.answers)

    found = {advice.code: advice.urgency.code for advice in summary.advice}
    assert found == row.levels
    assert summary.urgency.code == row.overall
    assert list(found) == sorted(
        found, key=lambda code: (-LEVELS.index(found[code]), TABLE.split().index(code))
    )


def test_each_row_agrees_with_itself() -> None:
    for row in ALL_ROWS:
        levels = (level for code, level in row.levels.items() if code != NOT_OVERALL)
        assert max(levels, key=LEVELS.index) == row.overall, row


def test_no_two_rows_are_of_the_same_answers() -> None:
    assert len({row.answers for row in ALL_ROWS}) == len(ALL_ROWS)


def test_the_table_has_every_advice_at_every_level_it_can_have() -> None:
    found = {(code, level) for row in ALL_ROWS for code, level in row.levels.items()}

    assert found == {
        *((code, "now") for code in ("call_112", "make_talking_safe", "consult_police")),
        *((code, "today") for code in _TODAY.split()),
        *((code, "days") for code in _DAYS.split()),
        *((code, "follow") for code in (*FLOOR.split(), "reporting_code_scope", "support_wellbeing")),
    }


_TODAY: Final = (
    "make_talking_safe take_fear_seriously crisis_support honour_route consult_police consult_veilig_thuis "
    "follow_reporting_code partner_or_ex safety_plan child_check safe_handover work_or_school "
    "report_breaches report_options medical_check worker_safety digital_safety no_confrontation "
    "protection_rights"
)
_DAYS: Final = (
    "take_fear_seriously consult_police consult_veilig_thuis follow_reporting_code partner_or_ex "
    "recognise_pattern safety_plan child_check safe_handover work_or_school report_options medical_check "
    "support_wellbeing digital_safety no_confrontation involve_network"
)


# --- Why -----------------------------------------------------------------------------------------------

#: Answers, an advice, and the answers that make its level: "item=code,code item=code".
BECAUSE: Final = (
    ("", "consult_police", ""),
    ("", "take_fear_seriously", ""),
    ("", "follow_reporting_code", "relationship=not_reached"),
    ("relationship=declined", "follow_reporting_code", "relationship=declined"),
    ("relationship=stranger", "reporting_code_scope", "relationship=stranger"),
    ("relationship=stranger", "consult_veilig_thuis", ""),
    ("danger_now=now", "call_112", "danger_now=now"),
    ("danger_now=soon person_near=near", "call_112", "danger_now=soon person_near=near"),
    ("danger_now=soon threats=kill,damage", "call_112", "danger_now=soon threats=kill"),
    ("safe_to_talk=declined", "make_talking_safe", "safe_to_talk=declined"),
    ("fear_level=5 feared_events=other", "take_fear_seriously", "fear_level=5 feared_events=other"),
    ("fear_level=5 threats=damage", "consult_police", "fear_level=5 threats=damage"),
    ("fear_level=6 threats=damage", "consult_police", "fear_level=6"),
    ("fear_own_words=text", "consult_police", "fear_own_words=text"),
    ("fear_level=8 home_entry=yes", "safety_plan", "fear_level=8 home_entry=yes"),
    ("strangulation=recent threats=hurt", "consult_police", "strangulation=recent"),
    ("person_suicidal=yes weapons=has,can_get", "consult_police", "weapons=has person_suicidal=yes"),
    (
        "threats=kill,hurt orders=breached contact_frequency=weekly fear_level=9",
        "consult_police",
        "contact_frequency=weekly threats=kill orders=breached",
    ),
    (
        "person_near=near orders=breached escalation=more_often",
        "consult_police",
        "person_near=near escalation=more_often orders=breached",
    ),
    (
        "relationship=ex_partner fear_level=6",
        "partner_or_ex",
        "fear_level=6 relationship=ex_partner",
    ),
    (
        "relationship=ex_partner recent_change=separation,hearing",
        "partner_or_ex",
        "relationship=ex_partner recent_change=separation",
    ),
    (
        "relationship=ex_partner recent_change=separation behaviour_home=ring:once",
        "partner_or_ex",
        "behaviour_home=ring:once relationship=ex_partner recent_change=separation",
    ),
    (
        "coercive_control=past recent_change=separation",
        "report_options",
        "recent_change=separation coercive_control=past",
    ),
    (
        "behaviour_home=loiter:daily,ring:weekly",
        "consult_police",
        "behaviour_home=loiter:daily",
    ),
    (
        "behaviour_home=loiter:daily,ring:weekly,letters:never log=1+2",
        "recognise_pattern",
        "behaviour_home=loiter:daily,ring:weekly incidents=3",
    ),
    ("behaviour_online=calls:weekly", "recognise_pattern", "behaviour_online=calls:weekly"),
    ("threats=hurt", "consult_veilig_thuis", "relationship=not_reached threats=hurt"),
    (
        "relationship=stranger lives_together=full_time threats=hurt",
        "consult_veilig_thuis",
        "lives_together=full_time threats=hurt",
    ),
    (
        "relationship=ex_partner lives_together=part_time threats=hurt",
        "follow_reporting_code",
        "relationship=ex_partner lives_together=part_time threats=hurt",
    ),
    ("relationship=stranger client_age=age_12_15", "follow_reporting_code", "client_age=age_12_15"),
    ("tech_access=unknown", "digital_safety", "tech_access=unknown"),
    ("tech_access=unknown home_entry=yes", "digital_safety", "home_entry=yes tech_access=unknown"),
    ("daily_life=sleep:some,work:much", "support_wellbeing", "daily_life=work:much"),
    ("strangulation=earlier sexual_violence=recent", "medical_check", "sexual_violence=recent"),
    ("children=unknown", "child_check", "children=unknown"),
)


@pytest.mark.parametrize(("answers", "code", "why"), BECAUSE)
def test_advice_names_the_answers_that_make_its_level(answers: str, code: str, why: str) -> None:
    advice = next(one for one in summary_of(answers).advice if one.code == code)

    assert [(one.item, one.codes) for one in advice.because] == list(_named(why))


def _named(why: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for item_id, _is, codes in (answer.partition("=") for answer in why.split()):
        yield item_id, tuple(codes.replace(":", "=").split(","))


# --- Danger signs, and what else is concerning ---------------------------------------------------------

DANGER_SIGNS: Final = (
    ("fear_level=10 feared_events=kill fear_change=more", ""),
    ("threats=damage", ""),
    ("threats=images", "threats=images"),
    ("threats=pet,damage", "threats=pet,damage"),  # it shows all its raised codes
    ("escalation=more_often,closer", "escalation=more_often,closer"),
    ("escalation=more_often,other_kind", ""),
    ("weapons=has,can_get", "weapons=has,can_get"),
    ("weapons=can_get", ""),
    ("orders=complied", ""),
    ("orders=breached", "orders=breached"),
    ("danger_now=soon", "danger_now=soon"),
    ("children_involved=witness", ""),
    ("children_involved=witness,threatened", "children_involved=witness,threatened"),
    ("violence=others", "violence=others"),
    ("strangulation=earlier sexual_violence=earlier", "strangulation=earlier sexual_violence=earlier"),
    ("professional_concern=worried", ""),
    ("professional_concern=urgent", "professional_concern=urgent"),
    ("coercive_control=past", ""),
    ("coercive_control=past children=shared", ""),
    ("coercive_control=past recent_change=hearing", ""),
    ("recent_change=separation", ""),
    ("coercive_control=past recent_change=pregnancy", "recent_change=pregnancy coercive_control=past"),
    ("coercive_control=still children=pregnant", "coercive_control=still children=pregnant"),
    ("behaviour_elsewhere=follow:sometimes,lie_in_wait:once,approach:daily", ""),
    ("behaviour_elsewhere=follow:weekly", "behaviour_elsewhere=follow:weekly"),
    ("behaviour_elsewhere=lie_in_wait:daily", "behaviour_elsewhere=lie_in_wait:daily"),
    ("behaviour_online=tracking:once", "behaviour_online=tracking:once"),
    ("behaviour_home=look_in:daily", ""),
    (
        "person_suicidal=yes home_entry=yes threats=kill danger_now=now",
        "danger_now=now home_entry=yes threats=kill person_suicidal=yes",
    ),
)


@pytest.mark.parametrize(("answers", "signs"), DANGER_SIGNS)
def test_danger_signs_are_named_in_questionnaire_order(answers: str, signs: str) -> None:
    found = [(one.item, one.codes) for one in summary_of(answers).danger_signs]

    assert found == list(_named(signs))


ALSO_CONCERNING: Final = (
    ("", ""),
    ("escalation=more_often", "escalation"),
    ("escalation=less", ""),
    ("escalation=more_severe", ""),  # a danger sign already
    ("escalation=more_often,more_severe", ""),
    ("recent_change=move", "recent_change"),
    ("coercive_control=past", "coercive_control"),
    ("coercive_control=past recent_change=hearing", "recent_change coercive_control"),
    ("coercive_control=past recent_change=separation", ""),
    ("coercive_control=past children=pregnant recent_change=move", "recent_change"),
    ("threats=damage", "threats"),
    ("threats=veiled", ""),
    ("weapons=can_get", "weapons"),
    ("weapons=has", ""),
    ("substance_use=yes", "substance_use"),
    ("fixation=yes", "fixation"),
    ("previous_targets=yes", "previous_targets"),
    ("children_involved=messenger", "children_involved"),
    ("children_involved=threatened", ""),
    ("others_targeted=friends", "others_targeted"),
    ("aim=force", "aim"),
    ("aim=revenge", "aim"),
    ("aim=contact,relationship,frighten,hinder,sexual,other", ""),
    ("fear_level=9 contact_frequency=daily professional_concern=worried", ""),
    ("behaviour_home=loiter:daily tech_access=yes access_routes=key", ""),
    (
        "others_targeted=family children_involved=witness previous_targets=yes fixation=yes "
        "substance_use=yes weapons=can_get threats=damage aim=revenge coercive_control=past "
        "recent_change=loss escalation=other_kind",
        "escalation recent_change coercive_control aim threats weapons substance_use fixation "
        "previous_targets children_involved others_targeted",
    ),
)


@pytest.mark.parametrize(("answers", "items"), ALSO_CONCERNING)
def test_what_else_is_concerning_is_named_by_item(answers: str, items: str) -> None:
    assert [one.item for one in summary_of(answers).also_concerning] == items.split()


# --- Complaint by, reassess on -------------------------------------------------------------------------

COMPLAINT_BY: Final = (
    ("", (), None),
    ("last_incident=unknown pattern_start=2025-08", (), None),
    ("last_incident=2026-03-20", (), date(2026, 6, 20)),
    ("last_incident=2025-11-30", (), date(2026, 2, 28)),
    ("last_incident=2023-11-30", (), date(2024, 2, 29)),
    ("last_incident=2023-11-29", (), date(2024, 2, 29)),
    ("last_incident=2024-02-29", (), date(2024, 5, 29)),
    ("last_incident=2025-12-31", (), date(2026, 3, 31)),
    ("last_incident=2026-01-31", (), date(2026, 4, 30)),
    ("last_incident=2025-10-15", (), date(2026, 1, 15)),
    ("last_incident=2026-02", (), date(2026, 5, 1)),
    ("last_incident=2025", (), date(2025, 4, 1)),
    ("", (Incident("2026-03-20"),), date(2026, 6, 20)),
    ("", (Incident(as_told="rond Kerst", precision=""),), None),
    ("", (Incident("2026-01", precision="month"),), date(2026, 4, 1)),
    ("", (Incident("2025", precision="about"),), date(2025, 4, 1)),
    ("", (Incident("2026-01-05", until="2026-03-02"),), date(2026, 6, 2)),
    ("", (Incident("2026-01-05", until="2026-03"),), date(2026, 6, 1)),
    ("", (Incident("2026-01-05", until="2026-03-15"), Incident("2026-03-10")), date(2026, 6, 15)),
    ("", (Incident("2026-03-10"), Incident(as_told="vaak", precision="")), date(2026, 6, 10)),
    ("last_incident=2026-03-01", (Incident("2026-03-20", times=41),), date(2026, 6, 20)),
    ("last_incident=2026-03-21", (Incident("2026-03-20"),), date(2026, 6, 21)),
    ("last_incident=2026-03", (Incident("2026-03-20"),), date(2026, 6, 20)),
    ("last_incident=2026", (Incident("2025-12-31"),), date(2026, 4, 1)),
    ("last_incident=declined", (Incident("2026-02-10"), Incident("2026-01-10")), date(2026, 5, 10)),
)


@pytest.mark.parametrize(("answers", "log", "by"), COMPLAINT_BY)
def test_a_complaint_is_asked_about_three_months_after_the_last_known_incident(
    answers: str, log: tuple[Incident, ...], by: date | None
) -> None:
    assert summary_of(answers, *log).complaint_by == by


@pytest.mark.parametrize(
    ("answers", "days"),
    [
        ("", 14),
        ("fear_level=5", 14),  # take_fear_seriously says today, the case as a whole does not
        ("fear_level=6", 3),
        ("behaviour_home=loiter:weekly", 14),
        ("behaviour_home=loiter:daily", 3),
        ("client_suicidal=yes", 3),
        ("strangulation=recent", 3),
    ],
)
def test_when_to_look_again_follows_the_overall_level(answers: str, days: int) -> None:
    assert summary_of(answers, on=date(2026, 2, 26)).reassess_on == date(2026, 2, 26) + timedelta(days)


# --- Openings ------------------------------------------------------------------------------------------

VERY_UNSAFE: Final = "De cliënt voelt zich erg onveilig. Dat nemen wij serieus."
LESS_SAFE: Final = "De cliënt voelt zich onveiliger dan eerst. Dat nemen wij serieus."
EXPECTS_DANGER: Final = "De cliënt houdt rekening met ernstig gevaar. Dat nemen wij serieus."
SAFER_IN_DANGER: Final = "De cliënt voelt zich nu minder onveilig. Dat zegt niets over het gevaar."
UNSAFE: Final = "De cliënt voelt zich niet veilig. Dat nemen wij serieus."
NAMES_NONE: Final = "De cliënt noemt geen onveiligheid. Dat zegt niets over het gevaar."
WORDS_FIRST: Final = "De eigen woorden van de cliënt staan voorop."
NOT_SPOKEN_OF: Final = "Er is nog niet over angst gesproken. Dat zegt niets over het gevaar."

OPENINGS: Final = (
    ("fear_level=6", VERY_UNSAFE),
    ("fear_level=10 fear_change=less home_entry=yes", VERY_UNSAFE),
    ("fear_level=5 fear_change=more", LESS_SAFE),
    ("fear_level=0 fear_change=more", LESS_SAFE),
    ("feared_events=kill fear_change=more", LESS_SAFE),
    ("fear_level=5 feared_events=kill", EXPECTS_DANGER),
    ("feared_events=harm_self,other", EXPECTS_DANGER),
    ("fear_level=0 feared_events=break_in", EXPECTS_DANGER),
    ("feared_events=attack fear_change=less threats=kill", EXPECTS_DANGER),
    ("fear_change=less threats=kill", SAFER_IN_DANGER),
    ("fear_level=5 fear_change=less orders=breached", SAFER_IN_DANGER),
    ("fear_level=0 fear_change=less violence=client_earlier", SAFER_IN_DANGER),
    ("fear_level=5 fear_change=less", UNSAFE),
    ("fear_level=1", UNSAFE),
    ("fear_level=5 threats=kill", UNSAFE),
    ("feared_events=more_following", UNSAFE),
    ("fear_level=0 feared_events=spread_images", UNSAFE),
    ("fear_level=0", NAMES_NONE),
    ("feared_events=none", NAMES_NONE),
    ("fear_level=0 fear_own_words=text", NAMES_NONE),
    ("feared_events=none fear_change=less", NAMES_NONE),
    ("fear_own_words=text", WORDS_FIRST),
    ("fear_own_words=text fear_change=less", WORDS_FIRST),
    ("fear_own_words=text fear_level=declined", WORDS_FIRST),
    ("", NOT_SPOKEN_OF),
    ("fear_change=less", NOT_SPOKEN_OF),
    ("fear_change=same threats=kill life_changes=move", NOT_SPOKEN_OF),
    ("fear_own_words=declined fear_level=unknown", NOT_SPOKEN_OF),
)


@pytest.mark.parametrize(("answers", "opening"), OPENINGS)
def test_the_opening_says_no_more_than_the_client_does(answers: str, opening: str) -> None:
    with override("nl"):
        assert summary_of(answers).fear.opening == opening
