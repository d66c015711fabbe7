"""Ask whether the client is safe at this moment."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.domain.items import Choice, Item, Section, one, yes_no

SECTION = Section(
    id="safety_now",
    title=_("Safe right now?"),
    intro=_("First the safety of this moment. The rest can wait."),
    items=(
        yes_no(
            "safe_to_talk",
            label=_("Talking safely"),
            question=_("Can you talk freely now, without anyone listening in or watching?"),
            why=_("Talking can be unsafe if this person can listen in or read along."),
            ask=_("Before we begin: can anyone hear or see us now?"),
            avoid=_("Do not ask this in writing or by message. A yes or no must be enough."),
            raises=("no", "unknown", "declined"),
            core=True,
        ),
        one(
            "danger_now",
            label=_("Immediate danger"),
            question=_("Are you in danger right now, or afraid that something will happen today?"),
            why=_("In immediate danger, help comes before every other question."),
            ask=_("Is there anything that cannot wait until after this talk?"),
            avoid=_("Do not go on to other questions when the answer is yes."),
            options=(
                Choice("now", _("Yes, now")),
                Choice("soon", _("Today or very soon")),
                Choice("no", _("No")),
            ),
            ordered=True,
            raises=("now", "soon"),
            core=True,
        ),
        one(
            "person_near",
            label=_("Where this person is"),
            question=_("Where do you think this person is now?"),
            why=_("Being close makes a threat immediate."),
            ask=_("Do you know where this person is now, or could be soon?"),
            avoid=_("Do not ask the client to call or look it up."),
            options=(
                Choice("near", _("Nearby")),
                Choice("within_hour", _("Can be here within an hour")),
                Choice("elsewhere", _("Somewhere else")),
            ),
            ordered=True,
            raises=("near", "within_hour"),
            core=True,
        ),
        Item(
            "safe_contact",
            "text",
            label=_("Safe contact"),
            question=_("How and when can we reach you safely? What should we not do?"),
            why=_("A message, letter or voicemail can end up with the wrong person."),
            ask=_("If I want to reach you next week, how can I do that safely?"),
            avoid=_(
                "Leave no voicemail and send no letter without consent. Make sure that colleagues know this too."
            ),
            core=True,
            private=True,
        ),
        one(
            "client_age",
            label=pgettext_lazy("client_age", "Age"),
            question=_("How old are you?"),
            why=_(
                "For minors other rules on consent and access apply. First find out whether the parents can be told safely."
            ),
            ask=_("May I ask how old you are? It decides who may know about this."),
            avoid=_("Do not call parents before you know that doing so is safe."),
            options=(
                Choice("under_12", _("Under 12")),
                Choice("age_12_15", _("12 to 15")),
                Choice("age_16_17", _("16 or 17")),
                Choice("adult", _("18 or over")),
            ),
            ordered=False,
            raises=("under_12", "age_12_15", "age_16_17"),
            core=True,
        ),
    ),
)
