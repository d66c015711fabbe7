"""Ask what happens at home, elsewhere and online."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.domain.catalogue.scales import FREQUENCY
from questionnaire.domain.items import Choice, Item, Section, grid, many, one, yes_no

SECTION = Section(
    id="pattern",
    title=_("What is happening?"),
    intro=_("Stalking is a pattern. Each incident may look small; together they are not."),
    items=(
        Item(
            "pattern_start",
            "date",
            label=_("When it started"),
            question=_("About when did it start?"),
            why=_(
                "When it goes on beyond two weeks the course is more often serious (Purcell 2004). It is never too early to ask for help."
            ),
            ask=_("Do you remember what was going on when it began? A month is enough."),
            avoid=_("Do not ask why the client comes only now."),
            core=True,
        ),
        grid(
            "behaviour_home",
            label=_("Behaviour at home"),
            question=_("What happens at or around your home?"),
            why=_(
                "At home this person can come close without witnesses. In a British study 85% of the homicides happened in the victim's home (Monckton Smith 2017)."
            ),
            ask=_("I will name some things. Tell me what happened at your home, even once."),
            avoid=_("Do not judge each thing by itself. Do not ask for proof."),
            hint=_("Choose how often it was at its worst."),
            rows=(
                Choice("loiter", _("Driving past or standing outside")),
                Choice("ring", _("Ringing or knocking on windows")),
                Choice("leave_items", _("Leaving things")),
                Choice("letters", _("Letters or parcels")),
                Choice("orders_in_name", _("Orders in your name"), _("Orders in the client's name")),
                Choice("damage", _("Damaging things")),
                Choice("look_in", _("Looking in or filming")),
                Choice("via_neighbours", _("Approaching neighbours")),
            ),
            columns=FREQUENCY,
            raises=("once", "sometimes", "weekly", "daily"),
            core=True,
        ),
        grid(
            "behaviour_elsewhere",
            label=_("Behaviour elsewhere"),
            question=_("And in other places: work, school, on the way?"),
            why=_(
                "Following and spying were more common in (attempted) murder by a partner or ex (McFarlane 2002)."
            ),
            ask=_("And outside your home: do you meet this person in places where you would not expect it?"),
            avoid=_("Do not suggest that it is chance."),
            hint=_("Choose how often it was at its worst."),
            rows=(
                Choice("follow", _("Following")),
                Choice("lie_in_wait", _("Lying in wait")),
                Choice("approach", _("Approaching or blocking the way")),
                Choice(
                    "contact_work",
                    _("Contacting your work or school"),
                    _("Contacting the client's work or school"),
                ),
                Choice("via_others", _("Through family or friends")),
                Choice(
                    "complaints",
                    _("Complaints or court cases against you"),
                    _("Complaints or court cases against the client"),
                ),
                Choice("childrens_place", _("At the children's school or day care")),
                Choice("proxies", _("Others who join in or come on this person's behalf")),
            ),
            columns=FREQUENCY,
            raises=("once", "sometimes", "weekly", "daily"),
            core=True,
        ),
        grid(
            "behaviour_online",
            label=_("Behaviour by phone or online"),
            question=_("And by phone or online?"),
            why=_(
                "Online stalking often goes together with stalking offline. The harm can be as great (Sheridan & Grant 2007)."
            ),
            ask=_("What comes in by phone, e-mail or social media? What do others see about you?"),
            avoid=_("Do not advise to block or delete at once. Evidence may be lost."),
            hint=_("Choose how often it was at its worst."),
            rows=(
                Choice("calls", _("Unwanted calls")),
                Choice("messages", _("Unwanted messages")),
                Choice("fake_accounts", _("Fake accounts")),
                Choice(
                    "posts", _("Posting or gossiping about you"), _("Posting or gossiping about the client")
                ),
                Choice("threaten_images", _("Threatening with images")),
                Choice(
                    "account_access",
                    _("Logging in to your accounts"),
                    _("Logging in to the client's accounts"),
                ),
                Choice("tracking", _("Tracking by phone or tracker")),
                Choice("impersonation", _("Pretending to be you"), _("Pretending to be the client")),
            ),
            columns=FREQUENCY,
            raises=("once", "sometimes", "weekly", "daily"),
            core=True,
        ),
        one(
            "contact_frequency",
            label=_("How often in four weeks"),
            question=_("How often did something happen in the past four weeks?"),
            why=_("Duration and frequency help show that it is systematic. Silence is no reassurance."),
            ask=_("If you look at the past four weeks: how often was there something?"),
            avoid=_("Do not conclude anything from a quiet period."),
            options=(
                Choice("daily", _("Every day")),
                Choice("several_weekly", _("Several times a week")),
                Choice("weekly", _("About every week")),
                Choice("less", _("Less often")),
                Choice("not_lately", _("Not in the past four weeks")),
            ),
            ordered=True,
            raises=("daily", "several_weekly", "weekly", "less"),
        ),
        many(
            "escalation",
            label=pgettext_lazy("escalation", "Change"),
            question=_("Has it lately become more frequent, more severe or closer?"),
            why=_(
                "In a British study of over 350 homicides, behaviour had first got worse in 79% (Monckton Smith 2017). It does not say how often stalking ends that way."
            ),
            ask=_("Do you notice a change lately? In how often, how severe or how close?"),
            avoid=_("Do not wait until it gets worse before you consult."),
            options=(
                Choice("more_often", _("More often")),
                Choice("more_severe", _("More severe")),
                Choice("closer", _("Closer")),
                Choice("other_kind", _("In a different way")),
                Choice("same", _("Unchanged")),
                Choice("less", _("Less")),
            ),
            exclusive=("same", "less"),
            raises=("more_often", "more_severe", "closer", "other_kind"),
            core=True,
        ),
        Item(
            "last_incident",
            "date",
            label=_("Last incident"),
            question=_("When did something last happen?"),
            why=_("This shows you and the police how recent it is. Long ago does not mean it is over."),
            ask=_("When was the last time? About is good enough."),
            avoid=_("Do not treat a longer time ago as over."),
        ),
        yes_no(
            "home_entry",
            label=_("Been in home, garden or car"),
            question=_("Has this person been in your home, garden or car without permission?"),
            why=_("Whoever gets in can come close without witnesses."),
            ask=_("Did you ever notice that this person had been inside, in the garden or in the car?"),
            avoid=_("Do not doubt small signs, such as things that were moved."),
            raises=("yes",),
            core=True,
        ),
        one(
            "unwanted_known",
            label=_("Knows contact is unwanted"),
            question=_("Does this person know that you want no contact? You need not have said so yourself."),
            why=_(
                "For police and courts it helps when this is clear. The client never has to say this personally."
            ),
            ask=_("Does this person know in some way that you do not want contact?"),
            avoid=_("Do not send the client to say it. That can be dangerous."),
            options=(
                Choice("yes", _("Yes")),
                Choice("no", _("No")),
                Choice("unsafe_to_say", _("Not safe to say")),
            ),
            ordered=False,
            raises=("unsafe_to_say",),
        ),
    ),
)
