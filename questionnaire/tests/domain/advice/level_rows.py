"""State what is expected of single intakes, row by row, as a reader of the contract expects it.

One row a line: answers | advice above the floor | overall level. The rows were written from the contract
alone, apart from the rules and from `contract.py`, so that two people read it. An indented line goes on.

- An answer is `item=code,code`, a cell `grid=row:column`; `log=3` is one incident that happened three times,
  `log=1+1` are two.
- `+no`: every other item has the answer in `NO`, and every other grid "never" or "none"; `+quiet`: that in
  `QUIET`, and "unknown". None of these raises anything.
- The floor is what always stands at `follow`. `+danger` and the like stand for the levels in `BUNDLES`.
- `+outside`: outside the circle, where the two rules for the circle give nothing above `follow`, and
  `reporting_code_scope` stands in the place of `follow_reporting_code`.
"""

from __future__ import annotations

from typing import Final

#: What stands at `follow` whatever was answered; in the circle `follow_reporting_code` too.
FLOOR: Final = (
    "take_fear_seriously consult_police consult_veilig_thuis follow_reporting_code safety_plan "
    "report_options no_confrontation protection_rights collect_evidence involve_network victim_support "
    "share_with_care reassess"
)

#: What one thing brings by itself in the circle, where a client is as long as no tie is known.
BUNDLES: Final = {
    "fear": (
        "take_fear_seriously=today consult_police=days consult_veilig_thuis=days follow_reporting_code=days "
        "no_confrontation=days"
    ),
    "serious": (
        "take_fear_seriously=today consult_police=today consult_veilig_thuis=today "
        "follow_reporting_code=days safety_plan=today no_confrontation=today"
    ),
    "danger": (
        "consult_police=today consult_veilig_thuis=today follow_reporting_code=today safety_plan=today "
        "report_options=today no_confrontation=today"
    ),
    "pattern": (
        "consult_police=days consult_veilig_thuis=days follow_reporting_code=days recognise_pattern=days "
        "safety_plan=days report_options=days"
    ),
    "children": "consult_veilig_thuis=today follow_reporting_code=today child_check=today",
    "minor": "consult_veilig_thuis=days follow_reporting_code=days child_check=days",
    "call": "call_112=now consult_police=now",
}

#: Advice that `+outside` takes out of the bundles.
IN_THE_CIRCLE: Final = frozenset({"consult_veilig_thuis", "follow_reporting_code"})

#: Answers that raise nothing, one to each item but the grids and texts, and others.
NO: Final = (
    "safe_to_talk=yes danger_now=no person_near=elsewhere client_age=adult fear_level=0 feared_events=none "
    "fear_change=less life_changes=none contact_frequency=not_lately escalation=less home_entry=no "
    "unwanted_known=no relationship=other lives_together=not_now recent_change=none coercive_control=no "
    "aim=other threats=none violence=none strangulation=no sexual_violence=no weapons=none orders=none "
    "person_suicidal=no substance_use=no fixation=no previous_targets=no access_routes=none tech_access=no "
    "children=none children_involved=none others_targeted=none client_suicidal=no barriers=none "
    "support_people=neighbours,colleagues,school professional_concern=no_extra"
)
QUIET: Final = NO + (
    " safe_to_talk=not_asked person_near=unknown fear_change=same contact_frequency=unknown escalation=same "
    "unwanted_known=yes relationship=unidentified lives_together=declined orders=ended tech_access=declined "
    "children=not_asked support_people=family,friends"
)

ROWS: Final = """
# Nothing, and answers that raise nothing.
| | follow
safe_to_talk=yes | | follow
safe_to_talk=not_asked | | follow
danger_now=no | | follow
danger_now=unknown | | follow
person_near=near | | follow
person_near=within_hour | | follow
client_age=adult | | follow
fear_own_words=declined | | follow
fear_level=0 | | follow
feared_events=none | | follow
fear_change=same | | follow
fear_change=less | | follow
fear_change=varies | | follow
life_changes=none | | follow
behaviour_home=loiter:never | | follow
behaviour_elsewhere=follow:unknown | | follow
behaviour_online=unknown | | follow
behaviour_online=tracking:never | | follow
contact_frequency=not_lately | | follow
contact_frequency=unknown | | follow
escalation=same | | follow
escalation=less | | follow
home_entry=no | | follow
unwanted_known=yes | | follow
unwanted_known=no | | follow
lives_together=not_now | | follow
recent_change=none | | follow
coercive_control=no | | follow
coercive_control=declined | | follow
aim=other | | follow
threats=none | | follow
threats=not_asked | | follow
violence=none | | follow
strangulation=no | | follow
strangulation=declined | | follow
sexual_violence=unknown | | follow
weapons=none | | follow
orders=none | | follow
orders=requested | | follow
orders=complied | | follow
orders=ended | | follow
person_suicidal=no | | follow
substance_use=no | | follow
fixation=unknown | | follow
previous_targets=no | | follow
access_routes=none | | follow
tech_access=no | | follow
tech_access=declined | | follow
children=none | | follow
children=declined | | follow
children_involved=none | | follow
others_targeted=none | | follow
daily_life=sleep:none | | follow
daily_life=sleep:unknown | | follow
client_suicidal=no | | follow
client_suicidal=declined | | follow
barriers=none | | follow
support_people=family | | follow
evidence_kept=none | | follow
police_contact=none | | follow
other_help=none | | follow
consent_share=none | | follow
professional_concern=no_extra | | follow
# Safe to talk.
safe_to_talk=no | make_talking_safe=now | now
safe_to_talk=unknown | make_talking_safe=today | today
safe_to_talk=declined | make_talking_safe=today | today
# Danger now: 112, and what just is not enough for it.
danger_now=now | +danger +call | now
danger_now=soon | +danger | today
danger_now=soon person_near=near | +danger +call | now
danger_now=soon person_near=within_hour | +danger +call | now
danger_now=soon person_near=elsewhere | +danger | today
danger_now=soon person_near=unknown | +danger | today
danger_now=soon lives_together=full_time | +danger +call | now
danger_now=soon lives_together=part_time | +danger +call | now
danger_now=soon lives_together=not_now | +danger | today
danger_now=soon threats=kill | +danger +call protection_rights=today | now
danger_now=soon threats=hurt | +danger +call protection_rights=today | now
danger_now=soon threats=sexual | +danger +call protection_rights=today | now
danger_now=soon threats=children | +danger +children +call protection_rights=today | now
danger_now=soon threats=others | +danger +call protection_rights=today | now
danger_now=soon threats=self | +danger +call protection_rights=today | now
danger_now=soon threats=veiled | +danger +call protection_rights=today | now
danger_now=soon threats=pet | +danger protection_rights=today | today
danger_now=soon threats=images | +danger protection_rights=today | today
danger_now=soon threats=damage | +danger | today
danger_now=soon weapons=used | +danger +call worker_safety=today | now
danger_now=soon weapons=has | +danger +call worker_safety=today | now
danger_now=soon weapons=can_get | +danger | today
danger_now=soon violence=client_recent | +danger +call protection_rights=today | now
danger_now=soon violence=client_earlier | +danger +call protection_rights=today | now
danger_now=soon violence=others | +danger +call protection_rights=today worker_safety=today | now
danger_now=soon strangulation=recent | +danger +call medical_check=today | now
danger_now=soon strangulation=earlier | +danger +call medical_check=days | now
danger_now=soon sexual_violence=recent | +danger medical_check=today | today
danger_now=soon person_suicidal=yes | +danger +call | now
danger_now=soon orders=breached | +danger +call report_breaches=today protection_rights=today | now
danger_now=soon orders=complied | +danger | today
danger_now=soon home_entry=yes | +danger +call | now
danger_now=soon children_involved=threatened | +danger +children +call | now
danger_now=soon children_involved=followed | +danger +children | today
danger_now=soon fear_level=10 | +danger +serious | today
danger_now=soon escalation=more_severe,closer | +danger | today
danger_now=soon professional_concern=urgent | +danger worker_safety=today | today
danger_now=no person_near=near threats=kill | +danger protection_rights=today | today
danger_now=declined person_near=near violence=client_recent | +danger protection_rights=today | today
# An order is broken, and this person is near: the police now where it is recent, no longer 112.
orders=breached | +danger report_breaches=today protection_rights=today | today
person_near=near orders=breached | +danger report_breaches=today protection_rights=today | today
person_near=near orders=breached contact_frequency=daily | +danger consult_police=now report_breaches=today
    protection_rights=today | now
person_near=near orders=breached contact_frequency=weekly | +danger consult_police=now report_breaches=today
    protection_rights=today | now
person_near=near orders=breached contact_frequency=less | +danger report_breaches=today
    protection_rights=today | today
person_near=near orders=breached contact_frequency=not_lately | +danger report_breaches=today
    protection_rights=today | today
person_near=near orders=breached escalation=other_kind | +danger consult_police=now report_breaches=today
    protection_rights=today | now
person_near=near orders=breached escalation=same | +danger report_breaches=today protection_rights=today |
    today
person_near=near orders=breached fear_change=more | +danger +serious consult_police=now
    report_breaches=today protection_rights=today | now
person_near=near orders=breached fear_level=10 | +danger +serious report_breaches=today
    protection_rights=today | today
person_near=near orders=breached professional_concern=urgent | +danger consult_police=now
    report_breaches=today protection_rights=today worker_safety=today | now
person_near=near orders=breached professional_concern=worried | +danger report_breaches=today
    protection_rights=today | today
person_near=near orders=breached violence=client_recent | +danger consult_police=now report_breaches=today
    protection_rights=today | now
person_near=near orders=breached violence=client_earlier | +danger report_breaches=today
    protection_rights=today | today
person_near=near orders=breached sexual_violence=recent | +danger consult_police=now report_breaches=today
    protection_rights=today medical_check=today | now
person_near=near orders=breached sexual_violence=earlier | +danger report_breaches=today
    protection_rights=today medical_check=days | today
person_near=within_hour orders=breached contact_frequency=daily | +danger report_breaches=today
    protection_rights=today | today
person_near=near orders=complied contact_frequency=daily | consult_police=days | days
# Strangled in the past seven days: the police now, whatever else.
strangulation=recent | +danger consult_police=now medical_check=today | now
strangulation=earlier | +danger medical_check=days | today
strangulation=earlier weapons=has contact_frequency=daily | +danger medical_check=days worker_safety=today |
    today
relationship=stranger strangulation=recent | +outside +danger consult_police=now medical_check=today | now
strangulation=recent fear_level=0 | +danger consult_police=now medical_check=today | now
# A threat to kill, or towards a child, with a sign of nearness, and recent.
threats=kill | +danger protection_rights=today | today
threats=kill contact_frequency=daily | +danger protection_rights=today | today
threats=kill orders=breached | +danger protection_rights=today report_breaches=today | today
threats=kill orders=breached contact_frequency=weekly | +danger consult_police=now protection_rights=today
    report_breaches=today | now
threats=kill orders=breached contact_frequency=several_weekly | +danger consult_police=now
    protection_rights=today report_breaches=today | now
threats=kill orders=breached contact_frequency=less | +danger protection_rights=today report_breaches=today
    | today
threats=kill orders=breached contact_frequency=not_lately | +danger protection_rights=today
    report_breaches=today | today
threats=kill orders=complied contact_frequency=daily | +danger protection_rights=today | today
threats=kill orders=breached escalation=more_often | +danger consult_police=now protection_rights=today
    report_breaches=today | now
threats=kill orders=breached fear_change=more | +danger +serious consult_police=now protection_rights=today
    report_breaches=today | now
threats=kill orders=breached fear_change=varies | +danger protection_rights=today report_breaches=today |
    today
threats=kill orders=breached professional_concern=urgent | +danger consult_police=now
    protection_rights=today report_breaches=today worker_safety=today | now
threats=kill orders=breached sexual_violence=recent | +danger consult_police=now protection_rights=today
    report_breaches=today medical_check=today | now
threats=kill orders=breached sexual_violence=earlier | +danger protection_rights=today report_breaches=today
    medical_check=days | today
threats=kill orders=breached danger_now=no fear_level=10 | +danger +serious protection_rights=today
    report_breaches=today | today
threats=kill strangulation=earlier | +danger protection_rights=today medical_check=days | today
threats=kill strangulation=earlier contact_frequency=weekly | +danger consult_police=now
    protection_rights=today medical_check=days | now
threats=kill home_entry=yes | +danger protection_rights=today | today
threats=kill home_entry=yes contact_frequency=weekly | +danger consult_police=now protection_rights=today |
    now
threats=kill person_suicidal=yes | +danger protection_rights=today | today
threats=kill person_suicidal=yes escalation=other_kind | +danger consult_police=now protection_rights=today
    | now
threats=kill violence=client_recent | +danger consult_police=now protection_rights=today | now
threats=kill violence=client_earlier contact_frequency=daily | +danger protection_rights=today | today
threats=kill violence=others contact_frequency=daily | +danger protection_rights=today worker_safety=today |
    today
threats=kill escalation=more_severe | +danger consult_police=now protection_rights=today | now
threats=kill escalation=closer contact_frequency=daily | +danger protection_rights=today | today
threats=kill escalation=more_often,other_kind | +danger protection_rights=today | today
threats=kill sexual_violence=recent contact_frequency=daily | +danger protection_rights=today
    medical_check=today | today
threats=children escalation=more_severe | +danger +children consult_police=now protection_rights=today | now
threats=children orders=breached | +danger +children protection_rights=today report_breaches=today | today
threats=children orders=breached contact_frequency=weekly | +danger +children consult_police=now
    protection_rights=today report_breaches=today | now
children_involved=threatened | +danger +children | today
children_involved=threatened violence=client_recent | +danger +children consult_police=now
    protection_rights=today | now
children_involved=threatened home_entry=yes fear_change=more | +danger +serious +children consult_police=now
    | now
children_involved=followed violence=client_recent | +danger +children protection_rights=today | today
threats=hurt,sexual,others,pet,self,images,veiled violence=client_recent orders=breached home_entry=yes |
    +danger protection_rights=today report_breaches=today | today
relationship=neighbour threats=kill violence=client_recent | +outside +danger consult_police=now
    protection_rights=today | now
# A weapon, with a threat to kill or nothing left to lose.
weapons=used | +danger worker_safety=today | today
weapons=has | +danger worker_safety=today | today
weapons=can_get | consult_police=days | days
threats=kill weapons=used | +danger consult_police=now protection_rights=today worker_safety=today | now
threats=kill weapons=has | +danger consult_police=now protection_rights=today worker_safety=today | now
threats=kill weapons=can_get | +danger protection_rights=today | today
threats=hurt,children,self weapons=used | +danger +children protection_rights=today worker_safety=today |
    today
person_suicidal=yes weapons=has | +danger consult_police=now worker_safety=today | now
person_suicidal=yes weapons=used | +danger consult_police=now worker_safety=today | now
person_suicidal=yes weapons=can_get | +danger | today
# Fear: serious from six on, or by what is feared.
fear_own_words=text | +fear | days
fear_level=1 | +fear | days
fear_level=5 | +fear | days
fear_level=6 | +serious | today
fear_level=10 | +serious | today
fear_level=5 feared_events=more_following,spread_images,lose_home_or_work,other | +fear | days
feared_events=more_following | +fear | days
feared_events=spread_images | +fear | days
feared_events=lose_home_or_work | +fear | days
feared_events=other | +fear | days
feared_events=attack | +serious | today
feared_events=kill | +serious | today
feared_events=sexual_violence | +serious | today
feared_events=harm_children | +serious +children | today
feared_events=harm_others | +serious | today
feared_events=harm_self | +serious | today
feared_events=break_in | +serious | today
fear_change=more | +serious | today
fear_level=0 fear_change=more | +serious | today
life_changes=stay_in | take_fear_seriously=days consult_police=days | days
life_changes=other fear_level=3 | +fear | days
relationship=stranger fear_level=5 | +outside +fear | days
relationship=stranger fear_level=6 | +outside +serious | today
# Behaviour: once is no pattern; near the home or the client each day asks for the police today.
behaviour_home=loiter:once | | follow
behaviour_home=loiter:sometimes | +pattern | days
behaviour_home=loiter:weekly | +pattern | days
behaviour_home=loiter:daily | +pattern consult_police=today consult_veilig_thuis=today | today
behaviour_home=ring:daily | +pattern consult_police=today consult_veilig_thuis=today | today
behaviour_home=leave_items:daily | +pattern consult_police=today consult_veilig_thuis=today | today
behaviour_home=damage:daily | +pattern consult_police=today consult_veilig_thuis=today | today
behaviour_home=look_in:daily | +pattern consult_police=today consult_veilig_thuis=today | today
behaviour_home=letters:daily | +pattern | days
behaviour_home=orders_in_name:daily | +pattern | days
behaviour_home=via_neighbours:daily | +pattern | days
behaviour_home=loiter:weekly,ring:weekly,damage:weekly,look_in:weekly,leave_items:weekly | +pattern | days
behaviour_home=ring:weekly behaviour_online=calls:daily | +pattern | days
behaviour_elsewhere=follow:once | | follow
behaviour_elsewhere=follow:sometimes | +pattern | days
behaviour_elsewhere=follow:weekly | +pattern +danger | today
behaviour_elsewhere=follow:daily | +pattern +danger | today
behaviour_elsewhere=lie_in_wait:sometimes | +pattern | days
behaviour_elsewhere=lie_in_wait:weekly | +pattern +danger | today
behaviour_elsewhere=lie_in_wait:daily | +pattern +danger | today
behaviour_elsewhere=approach:weekly | +pattern | days
behaviour_elsewhere=approach:daily | +pattern consult_police=today consult_veilig_thuis=today | today
behaviour_elsewhere=proxies:weekly | +pattern | days
behaviour_elsewhere=proxies:daily | +pattern consult_police=today consult_veilig_thuis=today | today
behaviour_elsewhere=contact_work:once | work_or_school=days | days
behaviour_elsewhere=contact_work:daily | +pattern work_or_school=days | days
behaviour_elsewhere=via_others:daily | +pattern | days
behaviour_elsewhere=complaints:daily | +pattern | days
behaviour_elsewhere=childrens_place:once | +children consult_police=days | today
behaviour_elsewhere=childrens_place:daily | +pattern +children | today
behaviour_online=calls:once | | follow
behaviour_online=calls:daily | +pattern | days
behaviour_online=messages:weekly | +pattern | days
behaviour_online=messages:daily | +pattern | days
behaviour_online=fake_accounts:daily,posts:daily | +pattern | days
behaviour_online=threaten_images:once | +danger | today
behaviour_online=threaten_images:sometimes | +danger +pattern | today
behaviour_online=account_access:once | digital_safety=days | days
behaviour_online=account_access:weekly | +pattern digital_safety=days | days
behaviour_online=impersonation:once | digital_safety=days | days
behaviour_online=tracking:once | +danger digital_safety=today | today
behaviour_online=tracking:daily | +danger +pattern digital_safety=today | today
relationship=neighbour behaviour_home=loiter:daily | +outside +pattern consult_police=today | today
relationship=neighbour behaviour_home=letters:daily | +outside +pattern | days
# A pattern: two things once, of one grid, of two, or with the log, where an incident counts as its times.
behaviour_home=loiter:once,ring:once | +pattern | days
behaviour_home=loiter:once behaviour_online=calls:once | +pattern | days
behaviour_home=loiter:once,ring:never | | follow
behaviour_home=loiter:once,ring:unknown behaviour_elsewhere=not_asked | | follow
behaviour_home=loiter:once log=1 | +pattern | days
behaviour_home=loiter:never log=1 | | follow
log=1 | | follow
log=2 | +pattern | days
log=1+1 | +pattern | days
log=9999 | +pattern | days
relationship=acquaintance log=2 | +outside +pattern | days
# One raised answer of each item that asks for the police within days.
contact_frequency=daily | consult_police=days | days
contact_frequency=several_weekly | consult_police=days | days
contact_frequency=weekly | consult_police=days | days
contact_frequency=less | consult_police=days | days
escalation=more_often | consult_police=days | days
escalation=other_kind | consult_police=days | days
escalation=more_severe | +danger | today
escalation=closer | +danger | today
threats=damage | consult_police=days | days
fixation=yes | consult_police=days | days
substance_use=yes | consult_police=days | days
previous_targets=yes | consult_police=days | days
recent_change=separation | consult_police=days | days
recent_change=hearing | consult_police=days | days
recent_change=release | consult_police=days | days
recent_change=pregnancy | consult_police=days | days
coercive_control=past | consult_police=days no_confrontation=days | days
coercive_control=still | consult_police=days no_confrontation=days | days
aim=contact | consult_police=days | days
aim=relationship | consult_police=days | days
aim=force | consult_police=days | days
aim=frighten | consult_police=days | days
aim=hinder | consult_police=days | days
aim=revenge | consult_police=days | days
aim=sexual | consult_police=days | days
aim=force,revenge fixation=yes previous_targets=yes substance_use=yes | consult_police=days | days
others_targeted=family | consult_police=days involve_network=days | days
professional_concern=worried | consult_police=days consult_veilig_thuis=days | days
relationship=colleague professional_concern=worried | +outside consult_police=days work_or_school=days |
    days
# Every other danger sign, each alone.
threats=hurt | +danger protection_rights=today | today
threats=sexual | +danger protection_rights=today | today
threats=children | +danger +children protection_rights=today | today
threats=others | +danger protection_rights=today | today
threats=pet | +danger protection_rights=today | today
threats=self | +danger protection_rights=today | today
threats=images | +danger protection_rights=today | today
threats=veiled | +danger protection_rights=today | today
threats=damage,veiled | +danger protection_rights=today | today
violence=client_recent | +danger protection_rights=today | today
violence=client_earlier | +danger protection_rights=today | today
violence=others | +danger protection_rights=today worker_safety=today | today
sexual_violence=recent | +danger medical_check=today | today
sexual_violence=earlier | +danger medical_check=days | today
home_entry=yes | +danger | today
person_suicidal=yes | +danger | today
professional_concern=urgent | +danger worker_safety=today | today
# Control and leaving, together.
coercive_control=past recent_change=separation | +danger | today
coercive_control=still recent_change=separation | +danger | today
coercive_control=past recent_change=pregnancy | +danger | today
coercive_control=still children=pregnant | +danger child_check=days | today
coercive_control=no recent_change=separation children=pregnant | consult_police=days
    consult_veilig_thuis=days follow_reporting_code=days child_check=days | days
coercive_control=past recent_change=new_partner,hearing | consult_police=days no_confrontation=days | days
coercive_control=past children=cares_for | consult_police=days consult_veilig_thuis=days
    follow_reporting_code=days child_check=days no_confrontation=days | days
# A partner or ex: the tie alone, with control, with a break-up, and with what makes it today.
relationship=partner | | follow
relationship=ex_partner | | follow
relationship=brief_relationship | | follow
relationship=ex_partner coercive_control=past | partner_or_ex=days consult_police=days
    consult_veilig_thuis=days no_confrontation=days | days
relationship=ex_partner coercive_control=still | partner_or_ex=today consult_police=today
    consult_veilig_thuis=today no_confrontation=days | today
relationship=partner coercive_control=past | partner_or_ex=days consult_police=days
    consult_veilig_thuis=days no_confrontation=days | days
relationship=partner coercive_control=still | partner_or_ex=today consult_police=today
    consult_veilig_thuis=today no_confrontation=days | today
relationship=family coercive_control=still | consult_police=days no_confrontation=days | days
relationship=unknown coercive_control=still | consult_police=days no_confrontation=days | days
relationship=ex_partner recent_change=separation | partner_or_ex=days consult_police=days
    consult_veilig_thuis=days | days
relationship=brief_relationship recent_change=separation | partner_or_ex=days consult_police=days
    consult_veilig_thuis=days | days
relationship=housemate recent_change=separation | consult_police=days | days
relationship=ex_partner recent_change=hearing,release | consult_police=days | days
relationship=ex_partner coercive_control=past recent_change=separation | +danger partner_or_ex=today | today
relationship=ex_partner recent_change=separation behaviour_home=loiter:once | partner_or_ex=today
    consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_home=ring:once | partner_or_ex=today
    consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_home=leave_items:once | partner_or_ex=today
    consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_home=damage:once | partner_or_ex=today
    consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_home=look_in:once | partner_or_ex=today
    consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_elsewhere=follow:once | partner_or_ex=today
    consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_elsewhere=lie_in_wait:once | partner_or_ex=today
    consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_elsewhere=approach:once | partner_or_ex=today
    consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_elsewhere=proxies:once | partner_or_ex=today
    consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_home=letters:once | partner_or_ex=days
    consult_police=days consult_veilig_thuis=days | days
relationship=ex_partner recent_change=separation behaviour_home=letters:weekly | +pattern partner_or_ex=days
    | days
relationship=ex_partner recent_change=separation behaviour_home=letters:daily | +pattern partner_or_ex=today
    consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_elsewhere=via_others:once | partner_or_ex=days
    consult_police=days consult_veilig_thuis=days | days
relationship=ex_partner recent_change=separation behaviour_online=messages:weekly | +pattern
    partner_or_ex=days | days
relationship=ex_partner recent_change=separation behaviour_online=messages:daily | +pattern
    partner_or_ex=today consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation contact_frequency=several_weekly | partner_or_ex=days
    consult_police=days consult_veilig_thuis=days | days
relationship=ex_partner recent_change=separation contact_frequency=daily | partner_or_ex=today
    consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner behaviour_online=messages:daily contact_frequency=daily | +pattern | days
relationship=ex_partner behaviour_home=loiter:sometimes | +pattern | days
relationship=ex_partner recent_change=new_partner behaviour_home=ring:weekly | +pattern | days
relationship=ex_partner fear_level=5 | +fear | days
relationship=ex_partner fear_level=6 | +serious partner_or_ex=today | today
relationship=ex_partner fear_level=5 recent_change=separation | +fear partner_or_ex=days | days
relationship=ex_partner threats=damage | consult_police=days | days
relationship=ex_partner threats=veiled | +danger partner_or_ex=today protection_rights=today | today
relationship=ex_partner professional_concern=urgent | +danger partner_or_ex=today worker_safety=today |
    today
# The circle: a tie outside it closes it; a shared home, children or a minor open it again.
relationship=colleague | +outside work_or_school=days | days
relationship=customer_or_patient | +outside work_or_school=days | days
relationship=school_contact | +outside work_or_school=days | days
relationship=neighbour | +outside | follow
relationship=acquaintance | +outside | follow
relationship=online_contact | +outside | follow
relationship=stranger | +outside | follow
relationship=family | | follow
relationship=housemate | | follow
relationship=informal_carer | | follow
relationship=care_professional | | follow
relationship=unidentified | | follow
relationship=other | | follow
relationship=declined | | follow
relationship=colleague threats=hurt | +outside +danger protection_rights=today work_or_school=today | today
relationship=customer_or_patient threats=damage | +outside consult_police=days work_or_school=days | days
relationship=school_contact home_entry=yes | +outside +danger work_or_school=today | today
relationship=neighbour threats=hurt | +outside +danger protection_rights=today | today
relationship=acquaintance home_entry=yes | +outside +danger | today
relationship=online_contact behaviour_online=threaten_images:once | +outside +danger | today
relationship=stranger behaviour_elsewhere=follow:weekly | +outside +pattern +danger | today
relationship=unidentified threats=hurt | +danger protection_rights=today | today
relationship=care_professional threats=hurt | +danger protection_rights=today | today
relationship=other fear_level=1 | +fear | days
relationship=neighbour lives_together=part_time | safety_plan=today | today
relationship=neighbour lives_together=not_now threats=hurt | +outside +danger protection_rights=today |
    today
relationship=neighbour lives_together=unknown threats=hurt | +outside +danger protection_rights=today |
    today
relationship=neighbour lives_together=full_time threats=hurt | +danger protection_rights=today | today
relationship=stranger client_age=age_16_17 | +minor | days
relationship=stranger client_age=adult fear_level=4 | +outside +fear | days
relationship=stranger children=cares_for | +outside child_check=days | days
relationship=stranger children_involved=witness | +children consult_police=days | today
relationship=stranger children_involved=none threats=hurt | +outside +danger protection_rights=today | today
relationship=stranger threats=children | +danger +children protection_rights=today | today
relationship=stranger feared_events=harm_children | +serious +children | today
relationship=stranger behaviour_elsewhere=childrens_place:once | +children consult_police=days | today
relationship=stranger barriers=honour_pressure | +outside honour_route=today consult_veilig_thuis=today
    safety_plan=days | today
relationship=stranger barriers=language | +outside safety_plan=days | days
# A shared home, minors and children.
lives_together=full_time | safety_plan=today | today
lives_together=part_time | safety_plan=today | today
client_age=under_12 | +minor | days
client_age=age_12_15 | +minor | days
client_age=age_16_17 | +minor | days
client_age=age_16_17 fear_level=1 | +minor +fear consult_veilig_thuis=today | today
client_age=adult fear_level=1 | +fear | days
client_age=age_12_15 behaviour_online=messages:weekly | +minor +pattern | days
client_age=age_12_15 life_changes=stay_in | +minor take_fear_seriously=days consult_police=days | days
children=cares_for | consult_veilig_thuis=days follow_reporting_code=days child_check=days | days
children=pregnant | consult_veilig_thuis=days follow_reporting_code=days child_check=days | days
children=unknown | consult_veilig_thuis=days follow_reporting_code=days child_check=days | days
children=shared | consult_veilig_thuis=days follow_reporting_code=days child_check=days safe_handover=days |
    days
children=staying_with_person | consult_veilig_thuis=days follow_reporting_code=days child_check=days
    safe_handover=days | days
children_involved=witness | +children consult_police=days | today
children_involved=questioned | +children consult_police=days | today
children_involved=messenger | +children consult_police=days | today
children_involved=followed | +children consult_police=days | today
children_involved=not_returned | +children consult_police=days | today
children=shared children_involved=none | consult_veilig_thuis=days follow_reporting_code=days
    child_check=days safe_handover=days | days
# Handovers.
access_routes=children_handover | safe_handover=days safety_plan=days | days
recent_change=contact_arrangement | safe_handover=days consult_police=days | days
children=shared fear_level=6 | +serious child_check=days safe_handover=days | today
children=shared home_entry=yes | +danger child_check=days safe_handover=today | today
children=cares_for home_entry=yes | +danger child_check=days | today
children=staying_with_person children_involved=messenger | +children consult_police=days safe_handover=today
    | today
recent_change=contact_arrangement feared_events=harm_children | +serious +children safe_handover=today |
    today
access_routes=children_handover threats=damage | consult_police=days safe_handover=days safety_plan=days |
    days
access_routes=children_handover threats=pet | +danger protection_rights=today safe_handover=today | today
# Work and school.
access_routes=work_school | work_or_school=days safety_plan=days | days
access_routes=work_school fear_level=8 | +serious work_or_school=days | today
access_routes=work_school home_entry=yes | +danger work_or_school=today | today
behaviour_elsewhere=contact_work:once threats=self | +danger protection_rights=today work_or_school=today |
    today
# Safety of the client and of the professional, health, devices, network.
access_routes=address | safety_plan=days | days
barriers=disability | safety_plan=days | days
barriers=honour_pressure | honour_route=today consult_veilig_thuis=today safety_plan=days | today
unwanted_known=unsafe_to_say | safety_plan=days | days
others_targeted=professional | consult_police=today worker_safety=today involve_network=days | today
others_targeted=colleagues,pet | consult_police=days involve_network=days | days
support_people=none | involve_network=days | days
client_suicidal=yes | crisis_support=today | today
daily_life=sleep:some | support_wellbeing=follow | follow
daily_life=sleep:much | support_wellbeing=days | days
daily_life=sleep:some,money:much,work:none | support_wellbeing=days | days
tech_access=yes | digital_safety=days | days
tech_access=unknown | digital_safety=days | days
tech_access=unknown fear_level=9 | +serious digital_safety=days | today
tech_access=yes home_entry=yes | +danger digital_safety=today | today
tech_access=unknown violence=others | +danger digital_safety=today protection_rights=today
    worker_safety=today | today
tech_access=declined home_entry=yes | +danger | today
behaviour_online=account_access:once home_entry=yes | +danger digital_safety=days | today
strangulation=earlier sexual_violence=recent | +danger medical_check=today | today
# Every "no" at once, with and without one thing that it must not complete.
+no | | follow
+quiet | | follow
danger_now=soon +no | +danger | today
danger_now=soon +quiet | +danger | today
threats=kill +no | +danger protection_rights=today | today
threats=kill contact_frequency=daily +quiet | +danger protection_rights=today | today
orders=breached person_near=near +no | +danger protection_rights=today report_breaches=today | today
person_suicidal=yes +no | +danger | today
weapons=used +no | +danger worker_safety=today | today
orders=breached violence=client_recent contact_frequency=daily +no | +danger protection_rights=today
    report_breaches=today | today
tech_access=yes +no | digital_safety=days | days
relationship=ex_partner +no | | follow
relationship=ex_partner recent_change=separation +quiet | partner_or_ex=days consult_police=days
    consult_veilig_thuis=days | days
coercive_control=past +no | consult_police=days no_confrontation=days | days
relationship=stranger violence=others +no | +outside +danger protection_rights=today worker_safety=today |
    today
behaviour_home=ring:once +no | | follow
# Every number for fear.
fear_level=2 | +fear | days
fear_level=3 | +fear | days
fear_level=4 | +fear | days
fear_level=7 | +serious | today
fear_level=8 | +serious | today
fear_level=9 | +serious | today
# Every code that is raised, in items of which a few were taken above.
life_changes=other_routes | take_fear_seriously=days consult_police=days | days
life_changes=not_home_alone | take_fear_seriously=days consult_police=days | days
life_changes=new_number | take_fear_seriously=days consult_police=days | days
life_changes=work_change | take_fear_seriously=days consult_police=days | days
life_changes=keep_children_in | take_fear_seriously=days consult_police=days | days
life_changes=move | take_fear_seriously=days consult_police=days | days
life_changes=see_fewer_people | take_fear_seriously=days consult_police=days | days
life_changes=other | take_fear_seriously=days consult_police=days | days
recent_change=new_partner | consult_police=days | days
recent_change=report_known | consult_police=days | days
recent_change=move | consult_police=days | days
recent_change=loss | consult_police=days | days
access_routes=family_friends | safety_plan=days | days
access_routes=key | safety_plan=days | days
access_routes=routines | safety_plan=days | days
access_routes=court_cases | safety_plan=days | days
access_routes=community | safety_plan=days | days
access_routes=lives_nearby | safety_plan=days | days
access_routes=other | safety_plan=days | days
barriers=care_dependent | safety_plan=days | days
barriers=residence_permit | safety_plan=days | days
barriers=language | safety_plan=days | days
barriers=money | safety_plan=days | days
barriers=alone | safety_plan=days | days
barriers=remote | safety_plan=days | days
barriers=pets | safety_plan=days | days
barriers=addiction | safety_plan=days | days
barriers=other | safety_plan=days | days
others_targeted=new_partner | consult_police=days involve_network=days | days
others_targeted=friends | consult_police=days involve_network=days | days
others_targeted=colleagues | consult_police=days involve_network=days | days
others_targeted=neighbours | consult_police=days involve_network=days | days
others_targeted=pet | consult_police=days involve_network=days | days
daily_life=health:some | support_wellbeing=follow | follow
daily_life=health:much | support_wellbeing=days | days
daily_life=work:some | support_wellbeing=follow | follow
daily_life=work:much | support_wellbeing=days | days
daily_life=money:some | support_wellbeing=follow | follow
daily_life=money:much | support_wellbeing=days | days
daily_life=contacts:some | support_wellbeing=follow | follow
daily_life=contacts:much | support_wellbeing=days | days
# Control with what is no leaving, and leaving with a tie that is no partner or ex.
coercive_control=past recent_change=report_known | consult_police=days no_confrontation=days | days
coercive_control=past recent_change=contact_arrangement | consult_police=days no_confrontation=days
    safe_handover=days | days
coercive_control=past recent_change=move | consult_police=days no_confrontation=days | days
coercive_control=past recent_change=release | consult_police=days no_confrontation=days | days
coercive_control=past recent_change=loss | consult_police=days no_confrontation=days | days
coercive_control=still children=shared | consult_police=days consult_veilig_thuis=days
    follow_reporting_code=days child_check=days no_confrontation=days safe_handover=days | days
coercive_control=still children=staying_with_person | consult_police=days consult_veilig_thuis=days
    follow_reporting_code=days child_check=days no_confrontation=days safe_handover=days | days
coercive_control=still children=unknown | consult_police=days consult_veilig_thuis=days
    follow_reporting_code=days child_check=days no_confrontation=days | days
relationship=family recent_change=separation | consult_police=days | days
relationship=informal_carer recent_change=separation | consult_police=days | days
relationship=care_professional recent_change=separation | consult_police=days | days
relationship=unidentified recent_change=separation | consult_police=days | days
relationship=other recent_change=separation | consult_police=days | days
relationship=colleague recent_change=separation | +outside consult_police=days work_or_school=days | days
relationship=customer_or_patient recent_change=separation | +outside consult_police=days work_or_school=days
    | days
relationship=school_contact recent_change=separation | +outside consult_police=days work_or_school=days |
    days
relationship=neighbour recent_change=separation | +outside consult_police=days | days
relationship=acquaintance recent_change=separation | +outside consult_police=days | days
relationship=online_contact recent_change=separation | +outside consult_police=days | days
relationship=stranger recent_change=separation | +outside consult_police=days | days
relationship=family fear_level=6 | +serious | today
relationship=housemate fear_level=6 | +serious | today
relationship=other fear_level=6 | +serious | today
relationship=ex_partner recent_change=new_partner behaviour_home=loiter:once | consult_police=days | days
relationship=ex_partner recent_change=hearing behaviour_home=loiter:once | consult_police=days | days
relationship=ex_partner recent_change=report_known behaviour_home=loiter:once | consult_police=days | days
relationship=ex_partner recent_change=contact_arrangement behaviour_home=loiter:once | consult_police=days
    safe_handover=days | days
relationship=ex_partner recent_change=move behaviour_home=loiter:once | consult_police=days | days
relationship=ex_partner recent_change=release behaviour_home=loiter:once | consult_police=days | days
relationship=ex_partner recent_change=loss behaviour_home=loiter:once | consult_police=days | days
relationship=ex_partner recent_change=pregnancy behaviour_home=loiter:once | consult_police=days | days
relationship=partner recent_change=separation contact_frequency=daily | partner_or_ex=today
    consult_police=today consult_veilig_thuis=today | today
relationship=brief_relationship recent_change=separation contact_frequency=daily | partner_or_ex=today
    consult_police=today consult_veilig_thuis=today | today
relationship=brief_relationship coercive_control=still | partner_or_ex=today consult_police=today
    consult_veilig_thuis=today no_confrontation=days | today
# Other columns of cells in which each that is raised counts.
behaviour_online=threaten_images:weekly | +danger +pattern | today
behaviour_online=threaten_images:daily | +danger +pattern | today
behaviour_online=tracking:sometimes | +danger +pattern digital_safety=today | today
behaviour_online=tracking:weekly | +danger +pattern digital_safety=today | today
behaviour_online=account_access:sometimes | +pattern digital_safety=days | days
behaviour_online=account_access:daily | +pattern digital_safety=days | days
behaviour_online=impersonation:sometimes | +pattern digital_safety=days | days
behaviour_online=impersonation:weekly | +pattern digital_safety=days | days
behaviour_online=impersonation:daily | +pattern digital_safety=days | days
behaviour_elsewhere=contact_work:sometimes | +pattern work_or_school=days | days
behaviour_elsewhere=childrens_place:sometimes | +pattern +children | today
behaviour_elsewhere=contact_work:weekly | +pattern work_or_school=days | days
behaviour_elsewhere=childrens_place:weekly | +pattern +children | today
relationship=ex_partner recent_change=separation behaviour_home=loiter:sometimes | +pattern
    partner_or_ex=today consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_home=loiter:weekly | +pattern partner_or_ex=today
    consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_home=ring:sometimes | +pattern
    partner_or_ex=today consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_home=ring:weekly | +pattern partner_or_ex=today
    consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_home=leave_items:sometimes | +pattern
    partner_or_ex=today consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_home=leave_items:weekly | +pattern
    partner_or_ex=today consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_home=damage:sometimes | +pattern
    partner_or_ex=today consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_home=damage:weekly | +pattern partner_or_ex=today
    consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_home=look_in:sometimes | +pattern
    partner_or_ex=today consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_home=look_in:weekly | +pattern
    partner_or_ex=today consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_elsewhere=approach:sometimes | +pattern
    partner_or_ex=today consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_elsewhere=approach:weekly | +pattern
    partner_or_ex=today consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_elsewhere=proxies:sometimes | +pattern
    partner_or_ex=today consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_elsewhere=proxies:weekly | +pattern
    partner_or_ex=today consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_elsewhere=follow:sometimes | +pattern
    partner_or_ex=today consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_elsewhere=lie_in_wait:sometimes | +pattern
    partner_or_ex=today consult_police=today consult_veilig_thuis=today | today
relationship=ex_partner recent_change=separation behaviour_home=orders_in_name:weekly | +pattern
    partner_or_ex=days | days
relationship=ex_partner recent_change=separation behaviour_home=via_neighbours:weekly | +pattern
    partner_or_ex=days | days
relationship=ex_partner recent_change=separation behaviour_elsewhere=contact_work:weekly | +pattern
    partner_or_ex=days work_or_school=days | days
relationship=ex_partner recent_change=separation behaviour_elsewhere=via_others:weekly | +pattern
    partner_or_ex=days | days
relationship=ex_partner recent_change=separation behaviour_elsewhere=complaints:weekly | +pattern
    partner_or_ex=days | days
relationship=ex_partner recent_change=separation
    behaviour_online=calls:weekly,fake_accounts:weekly,posts:weekly | +pattern partner_or_ex=days | days
behaviour_elsewhere=follow:once,approach:never | | follow
behaviour_elsewhere=lie_in_wait:once,approach:never | | follow
# A threat to kill or towards a child beside what is near to each part of what makes it `now`.
threats=damage,pet,images,sexual,veiled,others weapons=used | +danger protection_rights=today
    worker_safety=today | today
threats=damage,pet,images,sexual,veiled,others orders=breached contact_frequency=daily | +danger
    protection_rights=today report_breaches=today | today
children_involved=witness,questioned,messenger,followed,not_returned orders=breached contact_frequency=daily
    | +danger +children protection_rights=today report_breaches=today | today
danger_now=soon children_involved=witness,questioned,messenger,not_returned | +danger +children | today
threats=kill orders=breached violence=client_earlier,others professional_concern=no_extra | +danger
    protection_rights=today report_breaches=today worker_safety=today | today
threats=kill orders=breached escalation=closer | +danger consult_police=now protection_rights=today
    report_breaches=today | now
threats=kill orders=requested contact_frequency=daily | +danger protection_rights=today | today
threats=kill orders=ended contact_frequency=daily | +danger protection_rights=today | today
threats=kill orders=breached strangulation=no sexual_violence=no | +danger protection_rights=today
    report_breaches=today | today
person_near=elsewhere orders=breached contact_frequency=daily | +danger protection_rights=today
    report_breaches=today | today
client_age=age_16_17 fear_own_words=text | +minor +fear consult_veilig_thuis=today | today
# Low fear, silence, people around and "no" lower nothing.
threats=kill violence=client_recent fear_level=0 feared_events=none fear_change=less
    contact_frequency=not_lately escalation=less support_people=family,friends home_entry=no weapons=none
    orders=none client_age=adult professional_concern=no_extra | +danger consult_police=now
    protection_rights=today | now
relationship=ex_partner lives_together=not_now behaviour_online=messages:weekly fear_level=3 threats=none
    violence=none strangulation=no weapons=none orders=none children=none contact_frequency=weekly |
    +pattern +fear | days
relationship=ex_partner lives_together=not_now behaviour_online=messages:weekly fear_level=3 threats=kill
    violence=none strangulation=earlier weapons=none orders=none children=none contact_frequency=weekly |
    +danger +pattern +fear consult_police=now partner_or_ex=today protection_rights=today medical_check=days
    | now
"""
