"""Ask who else is at risk."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.domain.items import Choice, Section, many

SECTION = Section(
    id="others",
    title=_("Who else is at risk?"),
    items=(
        many(
            "children",
            label=_("Children or pregnancy"),
            question=_("Are there children, or is there a pregnancy?"),
            why=_("The child check is part of step 1 of the reporting code."),
            ask=_("Are there children who live with you or visit you, or is one on the way?"),
            avoid=_("Do not forget brothers, sisters and stepchildren."),
            options=(
                Choice("cares_for", _("Cares for children")),
                Choice("shared", _("Children together with this person")),
                Choice("staying_with_person", _("Children sometimes stay with this person")),
                Choice("pregnant", _("Pregnancy")),
                Choice("none", _("No children")),
            ),
            also_raises=("unknown",),
            core=True,
        ),
        many(
            "children_involved",
            label=_("Children drawn in"),
            question=_("Are children drawn in, or do children see or hear what happens?"),
            why=_(
                "Threatening to harm the children is a serious sign. It was strongly linked to (attempted) murder by a partner or ex (McFarlane 2002)."
            ),
            ask=_("What do the children notice of it? Are they asked about you?"),
            avoid=_("Do not question the children yourself. Do not think that they sleep through it."),
            options=(
                Choice("witness", _("See or hear it")),
                Choice("questioned", _("Are questioned")),
                Choice("messenger", _("Are used as messengers")),
                Choice("followed", _("Are followed or waited for")),
                Choice("threatened", _("Are threatened")),
                Choice("not_returned", _("Are not brought back, or late")),
                Choice("none", _("No")),
            ),
            core=True,
        ),
        many(
            "others_targeted",
            label=_("Others harassed"),
            question=_("Are others harassed or threatened too?"),
            why=_("Other people may be in danger too, or be witnesses."),
            ask=_("Does this person also bother people around you, or me and my colleagues?"),
            avoid=_("Do not warn others without consulting the client."),
            options=(
                Choice("new_partner", _("New partner")),
                Choice("family", _("Family")),
                Choice("friends", _("Friends")),
                Choice("colleagues", _("Colleagues")),
                Choice("neighbours", _("Neighbours")),
                Choice("pet", _("Pet")),
                Choice("professional", _("Professional")),
                Choice("none", pgettext_lazy("others_targeted", "Nobody")),
            ),
        ),
    ),
)
