"""Ask what it does to the client, and who supports."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.domain.catalogue.scales import BURDEN
from questionnaire.domain.items import Choice, Section, grid, many, yes_no

SECTION = Section(
    id="impact",
    title=_("What does it do to you, and who supports you?"),
    items=(
        grid(
            "daily_life",
            label=_("Effects on daily life"),
            question=_("What does this do to your daily life?"),
            why=_("Stalking causes tension and stress and hinders daily functioning."),
            ask=_("How do you sleep? And what about work, money and seeing people?"),
            avoid=_("Do not see the symptoms as the problem. They follow from what happens."),
            rows=(
                Choice("sleep", _("Sleep")),
                Choice("health", _("Health")),
                Choice("work", pgettext_lazy("daily_life", "Work or school")),
                Choice("money", pgettext_lazy("daily_life", "Money")),
                Choice("contacts", _("Contact with others")),
            ),
            columns=BURDEN,
            raises=("some", "much"),
        ),
        yes_no(
            "client_suicidal",
            label=_("Client at times no longer wants to live"),
            question=_("Are there moments when you no longer want to live? You can say so here."),
            why=_("In a study of 100 victims about one in four had such thoughts (Pathé & Mullen 1997)."),
            ask=_("Many people in your situation have such thoughts. Do you have them too?"),
            avoid=_("Do not be shocked, and do not leave it at the question. Take the next step today."),
            raises=("yes",),
            core=True,
            private=True,
        ),
        many(
            "barriers",
            label=_("What makes help harder"),
            question=_("Is there anything that makes seeking help or leaving harder for you?"),
            why=_("Then the client needs more help, or different help."),
            ask=_("What would make it harder for you to get help or to leave?"),
            avoid=_("Do not call the family when there is pressure of family or for honour."),
            options=(
                Choice("care_dependent", _("Dependent on care")),
                Choice("residence_permit", _("Residence permit")),
                Choice("language", _("Language")),
                Choice("money", pgettext_lazy("barriers", "Money")),
                Choice("disability", _("Disability or illness")),
                Choice("alone", _("Being on one's own")),
                Choice("remote", _("Living remotely")),
                Choice("honour_pressure", _("Pressure of family or for honour")),
                Choice("pets", _("Pets")),
                Choice("addiction", _("Addiction")),
                Choice("other", _("Something else")),
                Choice("none", pgettext_lazy("barriers", "Nothing")),
            ),
            private=True,
        ),
        many(
            "support_people",
            label=_("Who supports"),
            question=_("Who may know about this, and can keep watch or support you?"),
            why=_("Support matters, but does not by itself take the danger away."),
            ask=_("Who do you trust enough to know about this?"),
            avoid=_("Do not bring anyone in without consent."),
            options=(
                Choice("neighbours", _("Neighbours")),
                Choice("family", _("Family")),
                Choice("friends", _("Friends")),
                Choice("colleagues", _("Colleagues")),
                Choice("school", _("School or day care")),
                Choice("none", pgettext_lazy("support_people", "Nobody")),
            ),
            raises=("none",),
            private=True,
        ),
    ),
)
