"""Ask who this person is to the client."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.domain.items import Choice, Section, many, one

SECTION = Section(
    id="person",
    title=_("Who is this person?"),
    items=(
        one(
            "relationship",
            label=_("Relationship with this person"),
            question=_("What is or was your relationship with this person?"),
            why=_(
                "In studies ex-partners used violence more often than other stalkers (Rosenfeld 2004). Others can be dangerous too. The relationship helps decide whether the reporting code applies."
            ),
            ask=_("How do you know this person, if you know who it is?"),
            avoid=_(
                "Do not ask what the client did to this person. Do not fill in a name that you do not need."
            ),
            options=(
                Choice("partner", _("Partner")),
                Choice("ex_partner", _("Ex-partner")),
                Choice("brief_relationship", _("Brief relationship or date")),
                Choice("family", _("Family or in-laws")),
                Choice("housemate", _("Housemate")),
                Choice("informal_carer", _("Informal carer")),
                Choice(
                    "care_professional", _("Your care professional"), _("Care professional of the client")
                ),
                Choice("colleague", _("Colleague or manager")),
                Choice(
                    "customer_or_patient",
                    _("Your customer or patient"),
                    _("Customer or patient of the client"),
                ),
                Choice("school_contact", _("Someone from school or college")),
                Choice("neighbour", _("Neighbour")),
                Choice("acquaintance", _("Acquaintance")),
                Choice("online_contact", _("Someone from the internet")),
                Choice("stranger", _("Stranger")),
                Choice("unidentified", _("Not known who it is")),
                Choice("other", pgettext_lazy("relationship", "Other")),
            ),
            ordered=False,
            raises=("partner", "ex_partner", "brief_relationship"),
            core=True,
        ),
        one(
            "lives_together",
            label=_("Lives or sleeps in the home"),
            question=_("Does this person live or sleep in your home?"),
            why=_(
                "Then keeping evidence or calling at home is often unsafe. A temporary exclusion order may also be possible."
            ),
            ask=_("Does this person sleep in your home, always or at times?"),
            avoid=_("Do not advise to leave without a plan."),
            options=(
                Choice("full_time", _("Yes")),
                Choice("part_time", _("Sometimes")),
                Choice("not_now", _("No")),
            ),
            ordered=True,
            raises=("full_time", "part_time"),
            core=True,
        ),
        many(
            "recent_change",
            label=_("Recent change"),
            question=_("Has something changed recently, or is something about to change?"),
            why=_(
                "After a separation the danger is greater when there was much control (Campbell 2003). A hearing, release or new partner can also stir things up."
            ),
            ask=_("Has something changed lately, or is something coming up, such as a hearing?"),
            avoid=_("Do not overlook dates that are still to come. Write them down."),
            options=(
                Choice("separation", _("Relationship ended, or a plan to")),
                Choice("new_partner", _("New partner")),
                Choice("hearing", _("Hearing or ruling")),
                Choice("report_known", _("Knows of a notification or formal report")),
                Choice("contact_arrangement", _("Contact arrangement starts or changes")),
                Choice("move", pgettext_lazy("recent_change", "Move")),
                Choice("release", _("Release")),
                Choice("loss", _("This person lost work or a loved one")),
                Choice("pregnancy", _("Pregnancy")),
                Choice("none", pgettext_lazy("recent_change", "Nothing")),
            ),
            core=True,
        ),
        one(
            "coercive_control",
            label=_("Coercive control"),
            question=_(
                "Does or did this person control much of your life, such as money, contacts, clothes or phone?"
            ),
            why=_("Control in the relationship goes together with stalking afterwards (Mechanic 2000)."),
            ask=_("Did you have to account for where you were, or ask for money or permission?"),
            avoid=_("Do not call it a bad relationship or a quarrel."),
            options=(
                Choice("past", _("Yes, in the past")),
                Choice("still", _("Yes, still")),
                Choice("no", _("No")),
            ),
            ordered=False,
            raises=("past", "still"),
            core=True,
        ),
        many(
            "aim",
            label=_("What this person wants"),
            question=_("What does this person want, do you think?"),
            why=_(
                "Someone who wants to force something or take revenge often does not stop by themselves. The aim helps the police and Veilig Thuis choose what works. The client need not know."
            ),
            ask=_("Do you have an idea what this person is after? You need not know."),
            avoid=_("Do not look for an excuse for this person. Do not ask what the client did to cause it."),
            options=(
                Choice("contact", _("Contact or a reaction")),
                Choice("relationship", _("To get or restore a relationship")),
                Choice("force", _("To force something")),
                Choice("frighten", _("To frighten")),
                Choice("hinder", _("To hinder or ruin things")),
                Choice("revenge", _("Revenge")),
                Choice("sexual", pgettext_lazy("aim", "Sex")),
                Choice("other", _("Something else")),
            ),
            raises=("contact", "relationship", "force", "frighten", "hinder", "revenge", "sexual"),
        ),
    ),
)
