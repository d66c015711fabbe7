"""How the time between incidents changes: small logs by hand, and generated ones of many kinds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import accumulate
from random import Random

import pytest
from django.utils.translation import override

from questionnaire.domain.dates import first_day, last_day
from questionnaire.domain.incidents import Incident
from questionnaire.domain.intervals import FEWEST_DAYS, Gap, gaps, shortening
from questionnaire.tests.domain import logs

Log = tuple[Incident, ...]
SIZES = (6, 8, 12, 20, 40, 80, 200)
SHORTER = (30, 24, 18, 12, 9, 6, 4)


def log_of(*between: int) -> Log:
    return logs.incidents(list(accumulate(between, initial=0)))


def said(log: Log, language: str = "en") -> str:
    found = shortening(log)
    with override(language):
        return found.sentence if found else ""


def bounds(found: tuple[Gap, ...]) -> list[tuple[int, int]]:
    return [(gap.fewest, gap.most) for gap in found]


@pytest.mark.parametrize(
    ("between", "early", "late"),
    [
        (SHORTER, "27 days", "5 days"),
        ((30, 24, 18, 12, 6), "27 days", "9 days"),
        ((14,) * 6 + (7,) * 6 + (2,) * 6, "14 days", "2 days"),
        ((14, 7, 6, 5, 4, 1, 1), "10 days", "1 day"),
    ],
)
def test_time_that_gets_shorter_is_told_in_numbers(between: tuple[int, ...], early: str, late: str) -> None:
    assert said(log_of(*between)) == (
        "In the log, the time between the incidents gets shorter. "
        f"At first there were on average {early} between them. In the last part it is {late}."
    )


def test_it_is_told_in_dutch() -> None:
    assert said(log_of(*SHORTER), "nl") == (
        "In het logboek wordt de tijd tussen de voorvallen korter. "
        "Eerst zat er gemiddeld 27 dagen tussen. In het laatste deel is dat 5 dagen."
    )


@pytest.mark.parametrize(
    "between",
    [
        (),
        (30, 20, 10, 5),  # five days are too few
        (7, 7, 7, 7, 7, 7),
        (0, 0, 0, 0, 0, 0, 0),  # all on one day
        (40, 30, 20, 10, 1, 1),  # too few but for three that are close together
        (4, 6, 9, 12, 18, 24, 30),  # longer has no name
        (12, 9, 13, 8, 12, 10, 11, 9),
        (10, 9, 10, 9, 10, 9, 9, 9, 9, 8),  # hardly
        (21, 1, 1, 21, 1, 1, 21, 1, 1),  # groups
        (30, 31, 29, 30, 30, 1, 1, 1, 1, 1),  # one week in which much happened, at the end
    ],
)
def test_other_logs_give_nothing(between: tuple[int, ...]) -> None:
    assert shortening(log_of(*between)) is None


def test_several_on_a_day_are_one_day() -> None:
    log = log_of(*SHORTER)
    assert shortening((*log, *log, replace(log[-1], times=41))) == shortening(log)


def test_the_days_of_uncertain_dates_are_told_as_a_range() -> None:
    log = (
        Incident("2025-01", precision="month"),
        Incident("2025-05", precision="month"),
        Incident("2025-08-10", precision="about"),
        *logs.incidents([615, 630, 640, 648, 652, 654, 655]),
    )
    found = shortening(log)
    assert found is not None
    assert (found.early.fewest, found.early.most) == (73, 83)
    assert found.early.text == "73 to 83 days"
    assert found.late.text == "2 days"


@pytest.mark.parametrize(
    ("incident", "days"),
    [
        (Incident("2026-02-10"), (10, 10)),
        (Incident("2026-02-10", precision="month"), (1, 28)),
        (Incident("2026-02", precision="month"), (1, 28)),
        (Incident("2026-02-10", precision="about"), (3, 17)),
        (Incident("2026-02", precision="about"), (-14, 43)),
        (Incident("2026", precision="about"), (-30, 334)),
    ],
)
def test_an_uncertain_date_is_each_of_the_days_that_it_can_mean(
    incident: Incident, days: tuple[int, int]
) -> None:
    zero = date(2026, 1, 31)
    around = [Incident(f"{year}-06-01") for year in (2021, 2022, 2023, 2024, 2028)]
    found = next(
        gap for gap in gaps([*around, incident]) if gap.end.first.year < 2027 and gap.start.first.year == 2024
    )
    assert ((found.end.first - zero).days, (found.end.last - zero).days) == days


def test_what_may_be_on_another_day_makes_the_time_between_uncertain() -> None:
    log = log_of(30, 30, 30, 30, 30)
    month = Incident("2024-01", precision="month")
    assert bounds(gaps(log)) == [(30, 30)] * 5
    assert bounds(gaps((*log, month))) == [(1, 30), *[(30, 30)] * 4]
    assert [gap.others for gap in gaps((*log, month, month))] == [2, 0, 0, 0, 0]


def test_of_an_incident_that_lasted_both_ends_are_days_with_incidents() -> None:
    until = replace(log_of()[0], until="2024-01-11")
    rest = [Incident(f"2024-0{month}-01") for month in (2, 3, 4, 5)]
    found = gaps([until, *rest])
    assert bounds(found) == [(1, 10), (21, 21), (29, 29), (31, 31), (30, 30)]
    assert found[0].others == 9
    overnight = gaps([replace(until, until="2024-01-02"), *rest])
    assert overnight[0] == Gap(overnight[0].start, overnight[0].end, 0)


def test_an_incident_without_a_date_is_left_out_and_many_of_them_say_nothing() -> None:
    log, undated = log_of(*SHORTER), Incident(precision="", what="He was there again")
    assert shortening((*log, undated, undated)) == shortening(log)
    assert shortening((*log, *[undated] * 3)) is None


def test_too_few_days_have_no_time_between_them() -> None:
    assert gaps(log_of(*[10] * (FEWEST_DAYS - 2))) == ()
    assert len(gaps(log_of(*[10] * (FEWEST_DAYS - 1)))) == FEWEST_DAYS - 1


def test_a_long_log_takes_no_longer_than_one_of_a_hundred_days() -> None:
    found = shortening(log_of(*(7 - number // 300 for number in range(1800))))
    assert found is not None
    assert (found.early.text, found.late.text) == ("6 days", "2 days")


def placed(log: Log, choose: Callable[[int], int]) -> Log:
    """Return the log with a certain day for each date that can mean several."""

    def one_day(incident: Incident) -> Incident:
        first, last = first_day(incident.date), last_day(incident.date)
        if incident.precision == "about":
            first, last = first - timedelta(days=7), last + timedelta(days=7)
        day = first + timedelta(days=choose((last - first).days))
        return replace(incident, date=day.isoformat(), precision="day")

    return tuple(map(one_day, log))


def sparse(random: Random, size: int) -> list[int]:
    return [day * 4 for day in logs.shorter_and_even(random.choice((0.3, 0.1, 0.05)), random, size)]


@pytest.mark.untraced
def test_what_is_said_of_uncertain_dates_holds_for_all_days_that_they_can_mean() -> None:
    random, called = logs.seeded("every day"), 0
    while called < 40:
        log = logs.told_by_month(sparse(random, random.choice((8, 12, 20))), random, 0.3)
        if shortening(log) is None:
            continue
        called += 1
        by_chance: Callable[[int], int] = partial(random.randint, 0)
        choices: list[Callable[[int], int]] = [partial(min, 0), partial(max, 0), *[by_chance] * 10]
        for choose in choices:
            assert shortening(placed(log, choose)) is not None, log


@pytest.mark.untraced
def test_a_less_certain_date_never_makes_it_shorter() -> None:
    random, kinds = logs.seeded("less certain"), [*logs.STEADY.values(), sparse]
    for _each in range(1500):
        log = list(
            logs.told_by_month(
                random.choice(kinds)(random, random.choice((6, 7, 9, 14))), random, random.choice((0, 0.2))
            )
        )
        if shortening(log) is None:
            number = random.randrange(len(log))
            exact = log[number]
            for less in (
                replace(exact, precision="about"),
                replace(exact, date=exact.date[:7], precision="month"),
                replace(exact, date=exact.date[:4], precision="about"),
            ):
                log[number] = less
                assert shortening(log) is None, log


@pytest.mark.untraced
def test_it_does_not_matter_when_it_was() -> None:
    random = logs.seeded("shifted")
    for _each in range(200):
        days = random.choice([sparse, *logs.STEADY.values()])(random, random.choice((6, 10, 30)))
        later = [day + 400 for day in days]
        assert shortening(logs.incidents(days)) == shortening(logs.incidents(later))


def share_called(generator: logs.Generator, size: int, rounds: int, seed: str) -> float:
    random = logs.seeded(f"{seed} {size}")
    return (
        sum(shortening(logs.incidents(generator(random, size))) is not None for _each in range(rounds))
        / rounds
    )


def check_steady(rounds: int, by_chance: float = 0) -> None:
    """Each kind of steady log, of each size and of all sizes together: at most 5% is called shorter."""
    for name, generator in logs.STEADY.items():
        for made in (generator, logs.ended_in_time(generator)):
            shares = [share_called(made, size, rounds, name) for size in SIZES]
            assert sum(shares) / len(shares) <= 0.03, (name, shares)
            assert max(shares) <= 0.05 + by_chance, (name, shares)


@pytest.mark.untraced
def test_steady_logs_are_not_called_shorter() -> None:
    check_steady(60, by_chance=0.06)  # twice the standard deviation of a share of 60


@pytest.mark.soak
def test_steady_logs_are_not_called_shorter_in_the_long_run() -> None:
    check_steady(2000)


@pytest.mark.untraced
@pytest.mark.parametrize("share", [0.3, 0.6, 1])
def test_steady_logs_of_which_the_beginning_is_known_by_month_are_not_called_shorter(share: float) -> None:
    random = logs.seeded(f"by month {share}")
    for name, generator in logs.STEADY.items():
        called = [
            shortening(logs.told_by_month(generator(random, size), random, share)) is not None
            for size in (8, 20, 60)
            for _each in range(20)
        ]
        assert sum(called) <= 0.05 * len(called), name


@pytest.mark.untraced
@pytest.mark.parametrize(
    ("generator", "ratio", "size", "least"),
    [
        (logs.shorter_and_even, 0.5, 20, 0.6),
        (logs.shorter_and_even, 0.5, 40, 0.9),
        (logs.shorter_and_even, 0.25, 8, 0.45),
        (logs.shorter_and_even, 0.25, 12, 0.7),
        (logs.shorter_and_even, 0.25, 20, 0.95),
        (logs.shorter_by_chance, 0.5, 200, 0.45),
        (logs.shorter_by_chance, 0.25, 80, 0.5),
        (logs.shorter_by_chance, 0.125, 40, 0.5),
        (logs.shorter_in_groups, 0.125, 200, 0.6),
    ],
)
def test_time_that_gets_shorter_is_noticed(
    generator: Callable[..., list[int]], ratio: float, size: int, least: float
) -> None:
    assert share_called(partial(generator, ratio), size, 100, generator.__name__) >= least


@pytest.mark.untraced
@pytest.mark.parametrize("ratio", [2, 4, 8])
def test_time_that_gets_longer_is_not_called_shorter(ratio: float) -> None:
    for generator in (logs.shorter_and_even, logs.shorter_by_chance, logs.shorter_in_groups):
        for size in SIZES:
            assert share_called(partial(generator, ratio), size, 40, generator.__name__) <= 0.05


def test_one_that_ended_on_its_day_is_on_no_day_between() -> None:
    days = [Incident(f"2026-03-{day:02}") for day in range(1, 9)]

    found = gaps([*days, Incident("2026-03-01", until="2026-03-01")])

    assert [gap.others for gap in found] == [0] * 7
