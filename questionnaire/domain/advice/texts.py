"""Define the text of every piece of advice: prose only. When it is given, and how soon, is in `rules`.

Sentences may name contacts as %(police)s, the sentence of the pattern, the date of the reassessment, and the
day before which a complaint may be needed: without such a day that sentence is left out. Law texts and terms here are on the list to verify before release; each has its source with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.advice.conditions import ALWAYS, Condition, all_of, any_of, cell, includes, raised
from questionnaire.domain.advice.sentences import Alternatives, always, first_of, when
from questionnaire.domain.advice.terms import (
    CALL_112,
    CHILDREN_INVOLVED,
    CIRCLE,
    DANGER_SIGN,
    FEAR,
    FEAR_BEYOND_WORDS,
    HONOUR,
    LEAVING_CONTROL,
    MINOR,
    OUTSIDE_CIRCLE,
    PATTERN,
    POLICE_NOW,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

PATTERN_SENTENCE: Final = "%(pattern)s"

_THREAT_WITH_IMAGES: Final = any_of(
    includes("threats", "images"), cell("behaviour_online", "threaten_images")
)

#: Copying the images would be an offence, also as evidence.
MINOR_IMAGES: Final = all_of(MINOR, _THREAT_WITH_IMAGES)

#: Something that the helpline for abuse online helps with.
ONLINE: Final = any_of(
    _THREAT_WITH_IMAGES,
    includes("relationship", "online_contact"),
    *(cell("behaviour_online", row) for row in ("fake_accounts", "posts", "account_access", "impersonation")),
)


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
            when(FEAR_BEYOND_WORDS, _("Rule of thumb: when someone is truly afraid, there is a real risk.")),
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
    "crisis_support": AdviceText(
        title=_("Follow your crisis protocol today"),
        parts=(
            always(
                _(
                    "At times the client no longer wants to live. Stay with the client. Follow the crisis protocol of your own organisation today."
                )
            ),
            always(_("Involve the GP. The client can also call: %(suicide_prevention)s.")),
        ),
        source=_("Pathé & Mullen 1997"),
        references=("pathe_mullen_1997",),
        decides=PROFESSIONAL,
        contacts=(("suicide_prevention", ALWAYS),),
    ),
    "honour_route": AdviceText(
        title=_("Do not involve or inform the family"),
        parts=(
            always(_("Consult Veilig Thuis first.")),
            always(
                _(
                    "Ask the police to involve the Landelijk Expertise Centrum Eer Gerelateerd Geweld (LEC EGG)."
                )
            ),
            always(_("Keep other explanations open as well.")),
        ),
        source=_("Working method of this questionnaire"),
        references=("own",),
        decides=PROFESSIONAL,
        contacts=(("veilig_thuis", ALWAYS),),
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
                (
                    POLICE_NOW,
                    _(
                        "Call the police now. Say that there may be danger to life. Is this person coming, or can you not reach anyone? Call %(police_emergency)s."
                    ),
                ),
                (ALWAYS, _("Call %(police)s. Is it acute or threatening? Then call %(police_emergency)s.")),
            ),
            when(includes("person_near", "near"), _("Is it happening now? Call %(police_emergency)s.")),
            when(DANGER_SIGN, _("Do this before the client leaves.")),
            always(
                _(
                    "Ask for a risk screening (SASH), a location agreement (Afspraak op Locatie, AOL) and one fixed contact person."
                )
            ),
            when(
                includes("relationship", "neighbour"),
                _("Also ask for the community police officer (wijkagent)."),
            ),
            # Consent that is not known is none: then without a name.
            first_of(
                (includes("consent_share", "police"), _("Consulting needs no formal report (aangifte).")),
                (
                    DANGER_SIGN,
                    _(
                        "Consulting needs no formal report (aangifte). No consent for the police? Consult without a name or traceable details. Discuss why, and ask Veilig Thuis for advice. In serious danger you may sometimes share more: weigh it, and write down your reason."
                    ),
                ),
                (
                    ALWAYS,
                    _(
                        "Consulting needs no formal report (aangifte). No consent for the police? Consult without a name or traceable details."
                    ),
                ),
            ),
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
                    "Veilig Thuis is there for violence within the home and family. Are you in doubt? Call for advice."
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
            always(_("This summary says for each step what you can do now.")),
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
            always(_("As far as is known there is no domestic relationship, and no children are involved.")),
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
            always(_("Is there control, threat, violence, serious fear or a separation? Then consult both.")),
            always(
                _(
                    "Call the police and Veilig Thuis. Ask who takes the lead and who is the fixed contact person."
                )
            ),
            when(LEAVING_CONTROL, _("Leaving after control can be dangerous. First make a safety plan.")),
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
        title=_("Recognise the pattern"),
        parts=(
            always(PATTERN_SENTENCE),
            always(_("Incidents need not be punishable one by one. Together they can be (belaging).")),
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
            when(
                includes("relationship", "housemate"),
                _(
                    "Is it a fellow resident of a shelter or care home? Consult the organisation about another place."
                ),
            ),
            when(
                includes("recent_change", "release"),
                _(
                    "Is a release coming? Ask the police about the date, the conditions, and who tells the client."
                ),
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
            when(MINOR, _("The client is the child here. Look at brothers and sisters too.")),
            when(MINOR, _("First find out whether the parents can be told safely.")),
            when(
                any_of(raised("children"), CHILDREN_INVOLVED),
                _("Ask about all children: at home, visiting or not yet born. How are they?"),
            ),
            always(_("In doubt, or when children are used or threatened: call Veilig Thuis.")),
            always(
                _("A parent can sometimes read a child's file. Put nothing confidential of the client in it.")
            ),
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
                    "Discuss with Veilig Thuis how contact and handovers can be safe. The client should not hand over the children alone."
                )
            ),
            always(_("Advise to talk with a lawyer first when the contact arrangement changes.")),
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
            always(_("Ask whom you can safely bring in at work or school. Do it only with consent.")),
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
            always(_("Stalking (belaging) is punishable. It is a form of violence.")),
            always(
                _(
                    "Prosecuting stalking needs a complaint (klacht) by the victim, usually within three months of the last incident."
                )
            ),
            # Verify before release: the terms of three months and of eight days (articles 66, 67 and 285b; the page of
            # Victim Support Netherlands on formal reports).
            always(
                _(
                    "With the formal report the client says: I want prosecution. That is the complaint. It can be withdrawn within eight days."
                )
            ),
            always(_("Ask the police whether the complaint has to be made before %(complaint_by)s.")),
            always(
                _(
                    "Ask the police whether the complaint has to be made before %(complaint_by_uncertain)s. Ask it too when that day has passed."
                )
            ),
            always(_("Ask the police about this and do not wait.")),
            always(_("Threats or assault can be taken up without a complaint.")),
            when(
                includes("unwanted_known", "no"),
                _(
                    "Does this person not know yet that contact is unwanted? Discuss with the police whether and how to make it clear once. Only if that is safe. After that, react no more."
                ),
            ),
        ),
        source=_(
            "Factsheet on stalking (punishable); Dutch Criminal Code, article 285b; Police; Victim Support Netherlands (formal report)"
        ),
        references=("criminal_code", "police", "victim_support", "factsheet"),
        decides=CLIENT,
        contacts=(("police", ALWAYS),),
    ),
    "medical_check": AdviceText(
        title=_("Have a doctor look"),
        parts=(
            always(_("Also without visible injury.")),
            when(
                includes("strangulation", "recent"),
                _(
                    "Short of breath, hoarse, trouble swallowing, fainted or a headache? Call %(police_emergency)s or the GP now."
                ),
            ),
            when(
                raised("sexual_violence"),
                _("The Sexual Assault Centre (Centrum Seksueel Geweld) helps: %(sexual_violence_centre)s."),
            ),
            when(
                any_of(includes("strangulation", "recent"), includes("sexual_violence", "recent")),
                _("Traces fade. Ask the police soon for an examination."),
            ),
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
            first_of(
                (
                    MINOR_IMAGES,
                    _("Ask the police how to keep evidence. Never photograph or copy sexual images."),
                ),
                (ALWAYS, _("Take photos with another device and ask the police.")),
            ),
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
                    "Send no warning letter (stopbrief). Arrange no mediation and no talk with this person, no neighbourhood mediation either."
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
            always(_("The client has a right to protection.")),
            always(_("The public prosecutor or a court can impose a no-contact order or an area ban.")),
            when(
                raised("lives_together"),
                _(
                    "The mayor can impose a temporary exclusion order on someone who lives in the home or is there often."
                ),
            ),
            always(
                _(
                    "AWARE or shelter goes through Veilig Thuis, the police or the women's shelter (vrouwenopvang). It differs by region."
                )
            ),
            when(
                includes("relationship", "care_professional"),
                _(
                    "Is it a care professional? First ask the police whether a complaint is safe now. Then go to the complaints officer, the Landelijk Meldpunt Zorg or the inspectorate (IGJ)."
                ),
            ),
            when(
                includes("relationship", "neighbour"),
                _("Is it a neighbour? The housing corporation or the municipality can help too."),
            ),
            when(
                includes("recent_change", "release"),
                _(
                    "After a release with conditions the probation service (Reclassering) keeps watch. Tell the police of every breach."
                ),
            ),
            always(_("The Legal Aid Desk (Juridisch Loket) advises: %(legal_aid)s.")),
            always(_("An order alone is no guarantee of safety.")),
        ),
        source=_("Factsheet on stalking (rights and protection); Temporary Domestic Exclusion Order Act"),
        references=("factsheet", "victim_support_rights", "exclusion_order"),
        decides=CLIENT_WITH_POLICE_OR_LAWYER,
        contacts=(("legal_aid", ALWAYS),),
    ),
    "collect_evidence": AdviceText(
        title=_("Keep evidence in a safe place"),
        parts=(
            when(
                MINOR_IMAGES,
                _(
                    "Do not pay, and send no new images. Delete nothing. Call Helpwanted (%(helpwanted)s) or the police (vice unit, zeden) today."
                ),
            ),
            first_of(
                (MINOR_IMAGES, _("Keep a log, also of small incidents.")),
                (
                    ALWAYS,
                    _("Keep a log, also of small incidents. Make screenshots with sender and date."),
                ),
            ),
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
        contacts=(("helpwanted", MINOR_IMAGES),),
    ),
    "involve_network": AdviceText(
        title=_("Involve people whom the client trusts"),
        parts=(
            always(_("Ask whom the client trusts and who may know. Do this only with consent.")),
            first_of(
                (
                    HONOUR,
                    _(
                        "Involve no family: there is pressure of family or for honour. Friends, neighbours and colleagues can keep watch and support."
                    ),
                ),
                (
                    ALWAYS,
                    _(
                        "Neighbours, family, friends and colleagues can keep watch and support. Involve no family when there is pressure of family or for honour."
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
        title=_("Refer to Victim Support Netherlands"),
        parts=(
            always(
                _(
                    "Practical, legal and emotional support: %(victim_support)s. They also refer to help with coping, or to contact with others in the same situation."
                )
            ),
            when(
                MINOR,
                _("A minor can also call the children's helpline (Kindertelefoon): %(childrens_helpline)s."),
            ),
            when(ONLINE, _("Images or accounts online? Helpwanted helps to think: %(helpwanted)s.")),
        ),
        source=_("Factsheet on stalking (Victim Support Netherlands)"),
        references=("factsheet", "victim_support"),
        decides=CLIENT,
        contacts=(("victim_support", ALWAYS), ("childrens_helpline", MINOR)),
    ),
    "share_with_care": AdviceText(
        title=_("Share information with care"),
        parts=(
            always(_("Share with the client's consent.")),
            always(
                _(
                    "Without consent you may report to Veilig Thuis (meldrecht). With others you share only in serious danger."
                )
            ),
            always(_("Record the reason. Bear in mind what this person may get to see.")),
        ),
        source=_("Reporting Code Act (right to report); Veilig Thuis (who may read a report)"),
        references=("reporting_code", "veilig_thuis_report"),
        decides=PROFESSIONAL,
    ),
    "reassess": AdviceText(
        title=_("Agree on a date for the reassessment"),
        parts=(
            always(_("Assess the situation again on %(reassess_on)s, and at once after a new incident.")),
            always(_("Do it also around a hearing, release, handover or move.")),
            always(_("Silence is no reassurance.")),
        ),
        source=_("Working method of this questionnaire (the term); Rosenfeld 2003"),
        references=("own", "rosenfeld_2003"),
        decides=PROFESSIONAL,
    ),
}
