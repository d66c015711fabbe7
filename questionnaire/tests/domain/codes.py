"""List the codes of the contract a second time, so that a changed code fails a test.

One line per item: id, kind and flags, then its codes; for a grid the rows, an x and the columns. A code with
a star is a signal (it is in `raises`); one with an exclamation mark in front excludes all others. The codes
of an item that is `ordered` run from the most to the least.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CONTRACT: Final = """
[safety_now]
safe_to_talk yes_no core: yes no* unknown* declined*
danger_now one core ordered: now* soon* no
person_near one core ordered: near* within_hour* elsewhere
safe_contact text core private: text
client_age one core: under_12* age_12_15* age_16_17* adult
[fear]
fear_own_words text core: text*
fear_level scale core: 0 1* 2* 3* 4* 5* 6* 7* 8* 9* 10*
feared_events many core: more_following* attack* kill* sexual_violence* harm_children* harm_others*
    harm_self* break_in* spread_images* lose_home_or_work* other* !none
fear_change one: more* same less varies
life_changes many private: other_routes* stay_in* not_home_alone* new_number* work_change*
    keep_children_in* move* see_fewer_people* other* !none
[pattern]
pattern_start date core: text
behaviour_home grid core: loiter ring leave_items letters orders_in_name damage look_in
    via_neighbours x never once* sometimes* weekly* daily* unknown
behaviour_elsewhere grid core: follow lie_in_wait approach contact_work via_others complaints
    childrens_place proxies x never once* sometimes* weekly* daily* unknown
behaviour_online grid core: calls messages fake_accounts posts threaten_images account_access
    tracking impersonation x never once* sometimes* weekly* daily* unknown
contact_frequency one ordered: daily* several_weekly* weekly* less* not_lately
escalation many core: more_often* more_severe* closer* other_kind* !same !less
last_incident date: text
home_entry yes_no core: yes* no
unwanted_known one: yes no unsafe_to_say*
[person]
relationship one core: partner* ex_partner* brief_relationship* family housemate informal_carer
    care_professional colleague customer_or_patient school_contact neighbour acquaintance
    online_contact stranger unidentified other
lives_together one core ordered: full_time* part_time* not_now
recent_change many core: separation* new_partner* hearing* report_known* contact_arrangement* move*
    release* loss* pregnancy* !none
coercive_control one core: past* still* no
aim many: contact* relationship* force* frighten* hinder* revenge* sexual* other
[concern]
threats many core: kill* hurt* sexual* children* others* pet* self* damage* images* veiled* !none
violence many core: client_recent* client_earlier* others* !none
strangulation one core: recent* earlier* no
sexual_violence one: recent* earlier* no
weapons many core: used* has* can_get* !none
orders one core: none requested complied breached* ended
person_suicidal yes_no core: yes* no
substance_use yes_no: yes* no
fixation yes_no core: yes* no
previous_targets yes_no: yes* no
[access]
access_routes many private: address* work_school* children_handover* family_friends* key* routines*
    court_cases* community* lives_nearby* other* !none
tech_access yes_no private: yes* no unknown*
[others]
children many core: cares_for* shared* staying_with_person* pregnant* !none unknown*
children_involved many core: witness* questioned* messenger* followed* threatened* not_returned*
    !none
others_targeted many: new_partner* family* friends* colleagues* neighbours* pet* professional* !none
[impact]
daily_life grid: sleep health work money contacts x none some* much* unknown
client_suicidal yes_no core private: yes* no
barriers many private: care_dependent* residence_permit* language* money* disability* alone* remote*
    honour_pressure* pets* addiction* other* !none
support_people many private: neighbours family friends colleagues school !none*
[help]
evidence_kept many: log screenshots messages letters photos witnesses !none
police_contact many: notified formal_report location_agreement fixed_contact !none
other_help many private: veilig_thuis victim_support shelter mental_health gp lawyer employer_school
    neighbourhood_team other !none
client_wishes text core: text
consent_share many core: police veilig_thuis victim_support gp employer_school network !none
[own_view]
professional_concern one core internal ordered: urgent* worried* no_extra
"""


@dataclass(frozen=True, slots=True)
class Codes:
    """One line of the contract."""

    section: str
    kind: str
    flags: frozenset[str]
    codes: tuple[str, ...]
    rows: tuple[str, ...]
    raises: frozenset[str]
    exclusive: frozenset[str]


def _read(contract: str) -> dict[str, Codes]:
    items: dict[str, Codes] = {}
    section = ""
    for line in contract.strip().replace("\n    ", " ").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
            continue
        (item_id, kind, *flags), words = (half.split() for half in line.split(": "))
        split = words.index("x") if "x" in words else -1
        columns = words[split + 1 :]
        raises = frozenset(word.strip("!*") for word in columns if word.endswith("*"))
        # With a star "unknown" is an absent state that counts as a signal; in a grid, without one, a column.
        codes = tuple(word.strip("!*") for word in columns if word not in ("unknown*", "declined*"))
        exclusive = frozenset(word.strip("!*") for word in columns if word.startswith("!"))
        rows = tuple(words[: max(split, 0)])
        items[item_id] = Codes(section, kind, frozenset(flags), codes, rows, raises, exclusive)
    return items


CODES: Final = _read(CONTRACT)
