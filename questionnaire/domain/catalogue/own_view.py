"""Ask the professional's own assessment."""

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.items import Choice, Section, one

SECTION = Section(
    id="own_view",
    title=_("Your own assessment"),
    intro=_("This question is for you as the professional. You do not ask it of the client."),
    items=(
        one(
            "professional_concern",
            label=_("Concern of the professional"),
            question=_("How worried are you yourself, as the professional?"),
            why=_("Your own assessment can make the advice more urgent, never less urgent."),
            ask=_("Ask yourself: would I sleep tonight if I did nothing?"),
            avoid=_("Do not tone your worry down because an answer is missing."),
            options=(
                Choice("urgent", _("Very worried")),
                Choice("worried", _("Worried")),
                Choice("no_extra", _("No extra worries")),
            ),
            ordered=True,
            raises=("urgent", "worried"),
            core=True,
            internal=True,
        ),
    ),
)
