"""Ask how unsafe the client feels."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.domain.items import SCALE_CODES, TEXT, Choice, Item, Section, many, one

SECTION = Section(
    id="fear",
    title=_("How unsafe do you feel?"),
    intro=_("The client's fear comes first. Write down literally what the client says."),
    items=(
        Item(
            "fear_own_words",
            "text",
            label=_("Fear in own words"),
            question=_("Would you tell me in your own words what you are afraid of?"),
            why=_(
                "Rule of thumb: when someone is truly afraid, there is a real risk. In one large study great fear was the strongest correlate of severe violence (Sheridan & Roberts 2011)."
            ),
            ask=_("Tell me what you are most afraid of. Take your time."),
            avoid=_("Do not soften, shorten or explain the words. Do not say that it will be all right."),
            raises=frozenset({TEXT}),
            core=True,
        ),
        Item(
            "fear_level",
            "scale",
            label=_("Number for feeling unsafe"),
            question=_(
                "If 0 is 'not unsafe at all' and 10 is 'as unsafe as you can imagine': where are you now?"
            ),
            why=_("The number shows change. It is not a risk score, and a low number lowers nothing."),
            ask=_("Which number fits how you feel now? There is no wrong number."),
            avoid=_("Do not compare with others, and do not ask for a reason for the number."),
            ends=(_("not unsafe at all"), _("as unsafe as you can imagine")),
            raises=frozenset(SCALE_CODES[1:]),
            core=True,
        ),
        many(
            "feared_events",
            label=_("What the client fears"),
            question=_("What do you think could happen?"),
            why=_(
                "What the client expects adds to any checklist (Weisz 2000). People who expect little can be in danger too (Campbell 2003)."
            ),
            ask=_("What do you think could happen if nothing changes?"),
            avoid=_("Do not read out the list fast. Do not say that something is unlikely."),
            options=(
                Choice("more_following", _("More following or harassing")),
                Choice("attack", _("Attacking or hurting")),
                Choice("kill", _("Killing")),
                Choice("sexual_violence", _("Sexual violence")),
                Choice("harm_children", _("Taking or harming a child")),
                Choice("harm_others", _("Harming someone else")),
                Choice("harm_self", _("Harming themselves")),
                Choice("break_in", _("Breaking in or entering")),
                Choice("spread_images", _("Spreading images or secrets")),
                Choice("lose_home_or_work", _("Losing home or job")),
                Choice("other", _("Something else")),
                Choice("none", pgettext_lazy("feared_events", "Nothing")),
            ),
            core=True,
        ),
        one(
            "fear_change",
            label=_("Change in the fear"),
            question=_("Has your feeling of unsafety changed in recent weeks?"),
            why=_("More fear calls for action. Less fear can also be habituation."),
            ask=_("Compared with a month ago, do you feel less safe, or not?"),
            avoid=_("Do not take less fear as good news. People can get used to fear."),
            options=(
                Choice("more", _("Less safe")),
                Choice("same", _("The same")),
                Choice("less", _("Less unsafe")),
                Choice("varies", _("It varies")),
            ),
            ordered=False,
            raises=("more",),
        ),
        many(
            "life_changes",
            label=_("What the client does differently"),
            question=_("What do you do differently now because this is happening?"),
            why=_(
                "Stalking hinders daily life. Adjustments can show a fear that people do not put into words."
            ),
            ask=_("What do you do differently now, such as other routes or times?"),
            avoid=_("Do not advise to go on as before. Do not tell anyone about these routes."),
            options=(
                Choice("other_routes", _("Taking other routes")),
                Choice("stay_in", _("Going out less")),
                Choice("not_home_alone", _("No longer home alone")),
                Choice("new_number", _("New number or accounts")),
                Choice("work_change", _("Working differently or not at all")),
                Choice("keep_children_in", _("Keeping children inside")),
                Choice("move", _("Moved or wanting to move")),
                Choice("see_fewer_people", _("Seeing fewer people")),
                Choice("other", _("Something else")),
                Choice("none", pgettext_lazy("life_changes", "Nothing")),
            ),
            private=True,
        ),
    ),
)
