"""Ask how this person can reach the client."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.domain.items import Choice, Section, many, yes_no

SECTION = Section(
    id="access",
    title=_("How can this person reach you?"),
    items=(
        many(
            "access_routes",
            label=_("How this person reaches the client"),
            question=_("How can this person find or reach you?"),
            why=_("Forced contact, as with children or court cases, gives this person new chances."),
            ask=_("In which ways can this person find you, also without you wanting it?"),
            avoid=_("Do not write down addresses or times that you do not need."),
            options=(
                Choice("address", _("Knows the address")),
                Choice("work_school", pgettext_lazy("access_routes", "Work or school")),
                Choice("children_handover", _("Children or handovers")),
                Choice("family_friends", _("Family or friends")),
                Choice("key", _("Key or access code")),
                Choice("routines", _("Fixed routines")),
                Choice("court_cases", _("Court cases")),
                Choice("community", _("Neighbourhood, faith or sports")),
                Choice("lives_nearby", _("Lives nearby")),
                Choice("other", pgettext_lazy("access_routes", "Other")),
                Choice("none", pgettext_lazy("access_routes", "None")),
            ),
            private=True,
        ),
        yes_no(
            "tech_access",
            label=_("Access to phone or accounts"),
            question=_("Can this person get into your phone, accounts, DigiD, car or devices at home?"),
            why=_("Someone who watches can see that the client seeks help. Find out on a safe device."),
            ask=_("Who ever set up your phone, or knows your passwords?"),
            avoid=_("Do not search the phone together now. This person may be watching."),
            raises=("yes", "unknown"),
            private=True,
        ),
    ),
)
