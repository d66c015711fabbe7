"""Ask what raises extra concern."""

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.items import Choice, Section, many, one, yes_no

SECTION = Section(
    id="concern",
    title=_("What raises extra concern?"),
    intro=_("These questions are heavy. Say so beforehand. Skipping is always allowed."),
    items=(
        many(
            "threats",
            label=_("Threats"),
            question=_("Has this person threatened, in words, gestures or messages? With what?"),
            why=_(
                "Threats go together with violence (Rosenfeld 2004). There can be danger without any threat."
            ),
            ask=_("Did this person say or show that something would happen to you or others?"),
            avoid=_("Do not dismiss a vague threat. Write the words down literally."),
            options=(
                Choice("kill", _("Killing")),
                Choice("hurt", _("Hurting or beating")),
                Choice("sexual", _("Sexual violence")),
                Choice("children", _("Harming or taking the children")),
                Choice("others", _("Harming others")),
                Choice("pet", _("Harming a pet")),
                Choice("self", _("Harming themselves")),
                Choice("damage", _("Damaging things")),
                Choice("images", _("Spreading images or secrets")),
                Choice("veiled", _("A veiled threat")),
                Choice("none", _("No")),
            ),
            core=True,
        ),
        many(
            "violence",
            label=_("Physical violence"),
            question=_("Has this person ever used physical violence?"),
            why=_(
                "Earlier violence is an important sign of new violence (McEwan 2009). There can be danger without it too."
            ),
            ask=_("Has this person ever hit, kicked, pushed or held you?"),
            avoid=_("Do not ask what came before it. Violence is never the client's doing."),
            options=(
                Choice(
                    "client_recent",
                    _("Against you, in the past four weeks"),
                    _("Against the client, in the past four weeks"),
                ),
                Choice("client_earlier", _("Against you, longer ago"), _("Against the client, longer ago")),
                Choice("others", _("Against others")),
                Choice("none", _("No")),
            ),
            core=True,
        ),
        one(
            "strangulation",
            label=_("Grabbed by the throat"),
            question=_(
                "Has this person ever grabbed you by the throat, strangled you or cut off your breath?"
            ),
            why=_(
                "Strangulation by a partner is a strong sign of danger to life (Glass 2008). Injury often cannot be seen. Have a doctor look."
            ),
            ask=_("Did hands, an arm or something else ever go around your neck?"),
            avoid=_("Do not rely on marks. Injury often cannot be seen."),
            options=(
                Choice("recent", _("Yes, in the past seven days")),
                Choice("earlier", _("Yes, longer ago")),
                Choice("no", _("No")),
            ),
            ordered=False,
            raises=("recent", "earlier"),
            core=True,
        ),
        one(
            "sexual_violence",
            label=_("Forced into sex"),
            question=_("Has this person forced you into anything sexual?"),
            why=_("Forced sex by a (former) partner goes together with lethal violence (Campbell 2003)."),
            ask=_("I ask everyone this. Did anything sexual happen that you did not want?"),
            avoid=_("Do not ask for details. A doctor or the police can do that later."),
            options=(
                Choice("recent", _("Yes, in the past seven days")),
                Choice("earlier", _("Yes, longer ago")),
                Choice("no", _("No")),
            ),
            ordered=False,
            raises=("recent", "earlier"),
        ),
        many(
            "weapons",
            label=_("Weapons"),
            question=_("Does this person have a weapon, or access to one?"),
            why=_(
                "A weapon in the hands of a (former) partner goes together with lethal violence (Campbell 2003). Think of your own safety too."
            ),
            ask=_("Does this person have, or know how to get, a knife, a firearm or something else?"),
            avoid=_("Do not visit the home before you have consulted the police."),
            options=(
                Choice("used", _("Used or threatened with")),
                Choice("has", _("Has a weapon")),
                Choice("can_get", _("Can get one")),
                Choice("none", _("No")),
            ),
            raises=("used", "has", "can_get"),
            core=True,
        ),
        one(
            "orders",
            label=_("No-contact order, area ban or exclusion order"),
            question=_("Is there a no-contact order, area ban or exclusion order, and was it breached?"),
            why=_("A breach shows that an order does not hold this person back. Report every breach."),
            ask=_("Is there an order that says this person must keep away? What happened after it?"),
            avoid=_("Do not assume that an order protects by itself."),
            hint=_("Conditions at a release or with a suspended sentence count too."),
            options=(
                Choice("none", _("No order")),
                Choice("requested", _("Requested")),
                Choice("complied", _("Order, complied with")),
                Choice("breached", _("Order, breached")),
                Choice("ended", _("Order, ended")),
            ),
            ordered=False,
            raises=("breached",),
            core=True,
        ),
        yes_no(
            "person_suicidal",
            label=_("This person no longer wants to live"),
            question=_("Does this person say they no longer want to live, or have nothing left to lose?"),
            why=_("This can mean danger to others too. It is never the client's responsibility."),
            ask=_("Has this person said that it does not matter any more, or that there is nothing to lose?"),
            avoid=_("Do not make the client feel responsible for this person."),
            raises=("yes",),
            core=True,
        ),
        yes_no(
            "substance_use",
            label=_("Alcohol, drugs or medication"),
            question=_("Do you notice that alcohol, drugs or medication play a part?"),
            why=_("Substance use goes together with violence in stalking (Rosenfeld 2004)."),
            ask=_("Is it different when this person has been drinking or using something?"),
            avoid=_("Do not take it as an excuse for the behaviour."),
            raises=("yes",),
        ),
        yes_no(
            "fixation",
            label=_("Very taken up with the client"),
            question=_("Is this person very taken up with you, with much time, money or effort?"),
            why=_("Much time and effort can point to fixation. Then people often do not stop by themselves."),
            ask=_("How much of this person's life seems to be about you?"),
            avoid=_("Do not call it love or jealousy."),
            raises=("yes",),
            core=True,
        ),
        yes_no(
            "previous_targets",
            label=_("Stalked someone else before"),
            question=_("Has this person stalked or harassed someone else before?"),
            why=_(
                "Earlier behaviour towards others says something about what may come (Churcher & Nesca 2013)."
            ),
            ask=_("Do you know whether others went through the same with this person?"),
            avoid=_("Do not ask the client to look for these people."),
            raises=("yes",),
        ),
    ),
)
