"""Define the text of every piece of advice: prose only. When it is given, and how soon, is in `rules`.

Sentences may name contacts as %(police)s, the sentence of the pattern and the date to look again. Law texts
and terms here are on the list to verify before release; each has its source with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.advice.conditions import ALWAYS, Condition, raised
from questionnaire.domain.advice.sentences import Alternatives, always, first_of, when
from questionnaire.domain.advice.terms import (
    CALL_112,
    CIRCLE,
    DANGER_SIGN,
    FEAR,
    FEAR_BEYOND_WORDS,
    HONOUR,
    MINOR,
    OUTSIDE_CIRCLE,
    PATTERN,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

PATTERN_SENTENCE: Final = "%(pattern)s"


@dataclass(frozen=True, slots=True)
class AdviceText:
    """The text of one piece of advice. `contacts` are contact ids, each given when its condition holds.

    `references` are the ids of the sources that `source` names, and of pages where these say more.
    """

    title: StrPromise
    parts: tuple[Alternatives, ...]
    source: StrPromise
    references: tuple[str, ...]
    decides: StrPromise
    contacts: tuple[tuple[str, Condition], ...] = ()


PROFESSIONAL: Final = _("You, as the professional")
PROFESSIONAL_WITH_CLIENT: Final = _("You, together with the client")
PROFESSIONAL_WITH_MANAGER: Final = _("You, together with your manager")
CLIENT: Final = _("The client")
CLIENT_WITH_PROFESSIONAL: Final = _("The client, together with you")
CLIENT_WITH_POLICE: Final = _("The client, together with the police")
CLIENT_WITH_POLICE_OR_LAWYER: Final = _("The client, with the police or a lawyer")

#: By advice code: what to do, the source that it rests on, and who decides.
TEXTS: Final[dict[str, AdviceText]] = {
    "call_112": AdviceText(
        title=_("Call %(police_emergency)s now"),
        parts=(
            always(_("Say where the client is, and that there is immediate danger.")),
            always(_("Stay with the client or on the line.")),
            always(_("The rest of the conversation can wait.")),
        ),
        source=_("Factsheet on stalking (acute danger)"),
        references=("factsheet",),
        decides=PROFESSIONAL,
        contacts=(("police_emergency", ALWAYS),),
    ),
    "make_talking_safe": AdviceText(
        title=_("Make talking safe first"),
        parts=(
            always(_("Stop the questions, not the contact.")),
            always(_("Ask only: are you in danger now?")),
            always(_("Agree on a safe moment, a safe place and a safe device.")),
            always(_("Send no letter, e-mail or message.")),
        ),
        source=_("Working method of this questionnaire"),
        references=("own",),
        decides=PROFESSIONAL,
    ),
    "take_fear_seriously": AdviceText(
        title=_("Take the fear seriously"),
        parts=(
            first_of(
                (
                    FEAR_BEYOND_WORDS,
                    _("This fear is in itself a reason to consult the police or Veilig Thuis."),
                ),
                (FEAR, _("The client's own words come first. Read them as they stand.")),
                (ALWAYS, _("The client names no fear (yet). That says nothing about the danger.")),
            ),
            when(
                raised("life_changes"),
                _("What the client does differently now can show a fear that is not put into words."),
            ),
            first_of(
                (
                    FEAR,
                    _(
                        "Consult your attention officer (aandachtsfunctionaris) or an experienced colleague today."
                    ),
                ),
                (
                    ALWAYS,
                    _(
                        "Come back to it later. Consult your attention officer (aandachtsfunctionaris) or an experienced colleague."
                    ),
                ),
            ),
        ),
        source=_("Factsheet on stalking (rule of thumb); Sheridan & Roberts 2011; Weisz 2000"),
        references=("factsheet", "sheridan_roberts_2011", "weisz_2000"),
        decides=PROFESSIONAL,
    ),
    "consult_police": AdviceText(
        title=_("Consult the police"),
        parts=(
            first_of(
                (
                    CALL_112,
                    _(
                        "First call %(police_emergency)s. Then agree on the next steps with the police: %(police)s."
                    ),
                ),
                (ALWAYS, _("Call %(police)s. Is it acute or threatening? Then call %(police_emergency)s.")),
            ),
            when(DANGER_SIGN, _("Do this before the client leaves.")),
            always(
                _(
                    "Ask for a risk screening, a location agreement (Afspraak op Locatie, AOL) and one fixed contact person."
                )
            ),
            always(_("Consulting needs no formal report (aangifte).")),
        ),
        source=_("Factsheet on stalking (consult the police); Rosenfeld 2004; McEwan 2009"),
        references=("factsheet", "rosenfeld_2004", "mcewan_2009"),
        decides=PROFESSIONAL_WITH_CLIENT,
        contacts=(("police", ALWAYS),),
    ),
    "consult_veilig_thuis": AdviceText(
        title=_("Ask Veilig Thuis (Safe at Home) for advice"),
        parts=(
            always(_("Call %(veilig_thuis)s: free of charge, day and night.")),
            always(_("You can ask for advice without the client's name. Asking for advice is not a report.")),
            when(
                OUTSIDE_CIRCLE,
                _(
                    "Veilig Thuis is there for violence within the home and family. Call for advice, when in doubt."
                ),
            ),
        ),
        source=_("Factsheet on stalking (advice and reporting); Veilig Thuis (advice and report)"),
        references=("factsheet", "veilig_thuis_report"),
        decides=PROFESSIONAL,
        contacts=(("veilig_thuis", ALWAYS),),
    ),
    "follow_reporting_code": AdviceText(
        title=_("Follow the five steps of the reporting code (meldcode)"),
        parts=(
            always(_("This overview says for each step what you can do now.")),
            always(_("It also says which answers point at acute and at structural unsafety.")),
            when(PATTERN, _("This pattern often fits structural unsafety.")),
            always(
                _(
                    "Do you think of acute or structural unsafety? Then reporting to Veilig Thuis is the professional norm."
                )
            ),
            always(_("Follow the framework of your own profession.")),
            always(_("Discuss it with the client first, unless that brings danger. You decide.")),
            always(
                _(
                    "Step 3 is the talk with the client. Never talk with this person without the police or Veilig Thuis."
                )
            ),
        ),
        source=_("Reporting Code Act (five steps); Assessment framework"),
        references=("reporting_code", "assessment_framework"),
        decides=PROFESSIONAL,
    ),
    "reporting_code_scope": AdviceText(
        title=_("Check whether the reporting code (meldcode) applies"),
        parts=(
            always(_("As far as is known there is no domestic tie, and no children are involved.")),
            always(
                _(
                    "The reporting code then usually does not apply. The police and Victim Support Netherlands come first."
                )
            ),
            always(_("In doubt, ask Veilig Thuis.")),
        ),
        source=_("Reporting Code Act (scope); Veilig Thuis (stalking)"),
        references=("reporting_code", "veilig_thuis"),
        decides=PROFESSIONAL,
    ),
    "partner_or_ex": AdviceText(
        title=_("Involve both the police and Veilig Thuis"),
        parts=(
            always(
                _(
                    "Stalking by a partner or ex asks for both when there is control, threat, violence, serious fear or a separation."
                )
            ),
            always(
                _(
                    "Call the police and Veilig Thuis. Ask who takes the lead and who is the fixed contact person."
                )
            ),
            always(_("Do not be quick to call this a conflict or a difficult divorce.")),
        ),
        source=_("Rosenfeld 2004; Mechanic 2000; Campbell 2003"),
        references=("rosenfeld_2004", "mechanic_2000", "campbell_2003"),
        decides=PROFESSIONAL,
        contacts=(
            ("police", ALWAYS),
            ("veilig_thuis", ALWAYS),
        ),
    ),
    "recognise_pattern": AdviceText(
        title=_("See the pattern"),
        parts=(
            always(PATTERN_SENTENCE),
            always(_("Incidents need not be punishable one by one. Together they can be.")),
            always(_("Tell the police and Veilig Thuis the whole pattern, not only the last incident.")),
        ),
        source=_("Factsheet on stalking (pattern of behaviour)"),
        references=("factsheet", "victim_support"),
        decides=PROFESSIONAL,
    ),
    "safety_plan": AdviceText(
        title=_("Make a safety plan together"),
        parts=(
            always(
                _(
                    "Go through home, travel, work, phone and children. Agree whom the client calls and where the client can go."
                )
            ),
            when(
                raised("lives_together"),
                _("Living together? Do not announce a break-up or leaving without a plan."),
            ),
            always(_('Tips are in the police brochure "Als u wordt gestalkt".')),
            always(_("Hand over paper only if that is safe.")),
        ),
        source=_('Factsheet on stalking (practical tips); Brochure "Als u wordt gestalkt"; Campbell 2003'),
        references=("factsheet", "brochure", "campbell_2003"),
        decides=CLIENT_WITH_PROFESSIONAL,
    ),
    "child_check": AdviceText(
        title=_("Do the child check (kindcheck) and record it"),
        parts=(
            when(MINOR, _("The client is a minor. First consider whether the parents are safe.")),
            always(_("Ask which children there are, also visiting or expected, and how they are.")),
            always(_("In doubt, or when children are used or threatened: call Veilig Thuis.")),
            always(_("A parent can sometimes read a child's file. Put no safety data of the client in it.")),
        ),
        source=_("Reporting Code Act (step 1); Child check; McFarlane 2002"),
        references=("reporting_code", "child_check", "mcfarlane_2002"),
        decides=PROFESSIONAL,
        contacts=(("veilig_thuis", ALWAYS),),
    ),
    "safe_handover": AdviceText(
        title=_("Make contact and handovers of children safe"),
        parts=(
            always(
                _(
                    "Discuss with Veilig Thuis how contact and handovers can be safe. The client should not have to do this alone."
                )
            ),
            always(_("Advise a lawyer before an arrangement changes.")),
            always(_("In acute danger safety comes first.")),
        ),
        source=_("Police (forced contact); McFarlane 2002"),
        references=("police", "mcfarlane_2002"),
        decides=CLIENT_WITH_PROFESSIONAL,
        contacts=(("veilig_thuis", ALWAYS),),
    ),
    "work_or_school": AdviceText(
        title=_("Involve work or school, if the client wants that"),
        parts=(
            always(_("Ask who at work or school is safe to involve. Do it only with consent.")),
            always(_("The employer must provide a safe workplace.")),
            always(_("Is it a manager? Then a confidential adviser or company doctor can help.")),
        ),
        source=_("Factsheet on stalking (involve colleagues); Working Conditions Act"),
        references=("factsheet", "working_conditions"),
        decides=CLIENT,
    ),
    "report_breaches": AdviceText(
        title=_("Report every breach of the order"),
        parts=(
            always(_("Report every breach to the police, each time, also when nothing can be done at once.")),
            always(_("Is it happening now? Call %(police_emergency)s.")),
        ),
        source=_("Police (keep reporting); Spitzberg 2002"),
        references=("police", "spitzberg_2002"),
        decides=CLIENT_WITH_PROFESSIONAL,
        contacts=(("police", ALWAYS),),
    ),
    "report_options": AdviceText(
        title=_("Discuss notifying the police and a formal report (aangifte)"),
        parts=(
            always(
                _(
                    "After a notification (melding) the police know. A formal report (aangifte) asks for investigation. The client chooses."
                )
            ),
            always(
                _(
                    "Prosecuting stalking needs a complaint (klacht) by the victim, usually within three months of the last incident."
                )
            ),
            always(_("Ask the police about this and do not wait.")),
            always(_("Threats or assault can be taken up without a complaint.")),
        ),
        source=_("Dutch Criminal Code, article 285b; Police; Victim Support Netherlands (formal report)"),
        references=("criminal_code", "police", "victim_support", "factsheet"),
        decides=CLIENT,
        contacts=(("police", ALWAYS),),
    ),
    "medical_check": AdviceText(
        title=_("Have a doctor look"),
        parts=(
            always(_("Also without visible injury.")),
            always(
                _(
                    "Short of breath, hoarse, trouble swallowing, fainted or a headache? Call %(police_emergency)s or the GP now."
                )
            ),
            when(
                raised("sexual_violence"),
                _("The Sexual Assault Centre (Centrum Seksueel Geweld) helps: %(sexual_violence_centre)s."),
            ),
            always(_("Traces fade. Ask the police soon for an examination.")),
        ),
        source=_("Glass 2008; Sexual Assault Centre"),
        references=("glass_2008", "sexual_violence_centre"),
        decides=CLIENT,
        contacts=(("sexual_violence_centre", raised("sexual_violence")),),
    ),
    "worker_safety": AdviceText(
        title=_("Think of your own safety"),
        parts=(
            always(_("Tell your manager what is going on. Make no home visit alone.")),
            always(_("Are there weapons? Consult the police before any visit.")),
        ),
        source=_("Working method of this questionnaire"),
        references=("own",),
        decides=PROFESSIONAL_WITH_MANAGER,
    ),
    "honour_route": AdviceText(
        title=_("Do not involve or inform the family"),
        parts=(
            always(_("Consult Veilig Thuis first.")),
            always(_("Keep other explanations open as well.")),
        ),
        source=_("Working method of this questionnaire"),
        references=("own",),
        decides=PROFESSIONAL,
        contacts=(("veilig_thuis", ALWAYS),),
    ),
    "crisis_support": AdviceText(
        title=_("Follow your crisis protocol today"),
        parts=(
            always(
                _(
                    "At times the client no longer wants to live. Follow the crisis protocol of your own organisation today."
                )
            ),
            always(_("Involve the GP. The client can also call: %(suicide_prevention)s.")),
        ),
        source=_("Pathé & Mullen 1997"),
        references=("pathe_mullen_1997",),
        decides=PROFESSIONAL,
        contacts=(("suicide_prevention", ALWAYS),),
    ),
    "support_wellbeing": AdviceText(
        title=_("Arrange support for the effects"),
        parts=(always(_("Discuss help from the GP, mental health care or Victim Support Netherlands.")),),
        source=_("Factsheet on stalking (tension and stress); Purcell 2005"),
        references=("factsheet", "purcell_2005"),
        decides=CLIENT,
    ),
    "digital_safety": AdviceText(
        title=_("Arrange a safe device first"),
        parts=(
            always(_("Use a device that this person never had access to.")),
            always(_("Change or remove nothing yet. This person may notice, and evidence is lost.")),
            always(_("Take photos with another device and ask the police.")),
            always(
                _(
                    "In danger, safety comes before evidence. Take no tracker or unsafe device to a secret address."
                )
            ),
        ),
        source=_("Police (evidence); techsafety.org"),
        references=("police", "techsafety"),
        decides=CLIENT_WITH_POLICE,
        contacts=(("police", ALWAYS),),
    ),
    "no_confrontation": AdviceText(
        title=_("Do not confront this person yourself"),
        parts=(
            always(
                _(
                    "Send no warning letter. Arrange no mediation and no talk with this person, no neighbourhood mediation either."
                )
            ),
            first_of(
                (CIRCLE, _("Consult the police and Veilig Thuis first.")),
                (ALWAYS, _("Consult the police first.")),
            ),
        ),
        source=_("Reporting Code Act (step 3); Police (warning talks)"),
        references=("reporting_code", "police"),
        decides=PROFESSIONAL,
    ),
    "protection_rights": AdviceText(
        title=_("Discuss protection and rights"),
        parts=(
            always(_("The public prosecutor or a court can impose a no-contact order or an area ban.")),
            always(
                _(
                    "The mayor can impose a temporary exclusion order on someone who lives or often stays in the home."
                )
            ),
            always(_("An AWARE alarm or shelter goes through Veilig Thuis; it differs by region.")),
            always(_("The Legal Aid Desk (Juridisch Loket) advises: %(legal_aid)s.")),
            always(_("No order makes it safe by itself.")),
        ),
        source=_("Factsheet on stalking (rights and protection); Temporary Domestic Exclusion Order Act"),
        references=("factsheet", "victim_support_rights", "exclusion_order"),
        decides=CLIENT_WITH_POLICE_OR_LAWYER,
        contacts=(("legal_aid", ALWAYS),),
    ),
    "collect_evidence": AdviceText(
        title=_("Keep evidence in a safe place"),
        parts=(
            always(_("Keep a log, also of small incidents. Make screenshots with sender and date.")),
            always(
                _(
                    "It is best not to answer. Living together or sharing children? First discuss what is safe."
                )
            ),
            always(_("Never copy or send sexual images of minors: leave them and call the police.")),
            always(_("Evidence is never a condition for help.")),
        ),
        source=_("Factsheet on stalking (collect evidence); Police (evidence)"),
        references=("factsheet", "victim_support_evidence", "police"),
        decides=CLIENT,
    ),
    "involve_network": AdviceText(
        title=_("Involve people who are safe"),
        parts=(
            always(_("Ask who is safe and may know. Do this only with consent.")),
            first_of(
                (
                    HONOUR,
                    _(
                        "Involve no family: there is family or honour pressure. Friends, neighbours and colleagues can keep watch and support."
                    ),
                ),
                (
                    ALWAYS,
                    _(
                        "Neighbours, family, friends and colleagues can keep watch and support. No family where there is family or honour pressure."
                    ),
                ),
            ),
            when(raised("others_targeted"), _("Warn others who are at risk.")),
        ),
        source=_("Factsheet on stalking (involve the network)"),
        references=("factsheet",),
        decides=CLIENT,
    ),
    "victim_support": AdviceText(
        title=_("Point out Victim Support Netherlands"),
        parts=(
            always(
                _(
                    "Practical, legal and emotional support: %(victim_support)s. They also refer for processing or peer groups."
                )
            ),
            when(
                MINOR,
                _("A minor can also call the children's helpline (Kindertelefoon): %(childrens_helpline)s."),
            ),
            always(_("Images or accounts online? Helpwanted helps to think: %(helpwanted)s.")),
        ),
        source=_("Factsheet on stalking (Victim Support Netherlands)"),
        references=("factsheet", "victim_support"),
        decides=CLIENT,
        contacts=(("victim_support", ALWAYS), ("childrens_helpline", MINOR)),
    ),
    "share_with_care": AdviceText(
        title=_("Share with care"),
        parts=(
            always(_("Share with the client's consent.")),
            always(
                _(
                    "Without consent you can share with Veilig Thuis by the right to report, with others only in serious danger."
                )
            ),
            always(_("Record the reason. Bear in mind what this person may get to see.")),
        ),
        source=_("Reporting Code Act (right to report); Veilig Thuis (who may read a report)"),
        references=("reporting_code", "veilig_thuis_report"),
        decides=PROFESSIONAL,
    ),
    "reassess": AdviceText(
        title=_("Agree on a date to look again"),
        parts=(
            always(_("Look again on %(reassess_on)s, and at once after a new incident.")),
            always(_("Look again around a hearing, release, handover or move too.")),
            always(_("Silence is no reassurance.")),
        ),
        source=_("Working method of this questionnaire (the term); Rosenfeld 2003"),
        references=("own", "rosenfeld_2003"),
        decides=PROFESSIONAL,
    ),
}
