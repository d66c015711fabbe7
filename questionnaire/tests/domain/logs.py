"""Generate logs of incidents: steady ones of many kinds, and ones in which the time between gets shorter.

Each generator takes a seeded `random.Random` and the number of incidents, and returns days as whole numbers.
`ended_in_time` cuts a log on a day, as a conversation does, and not after so many incidents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import count
from random import Random

from questionnaire.domain.incidents import Incident

Days = list[int]
Generator = Callable[[Random, int], Days]

_START = date(2024, 1, 1)


def seeded(seed: str) -> Random:
    """Return random numbers that are the same each time."""
    return Random(seed)  # noqa: S311


def poisson(random: Random, size: int) -> Days:
    """At any moment as likely as at any other."""
    rate, at, days = random.choice((0.03, 0.1, 0.3, 0.6)), 0.0, list[int]()
    while len(days) < size:
        at += random.expovariate(rate)
        days.append(int(at))
    return days


def regular(random: Random, size: int) -> Days:
    """Every so many days, more or less."""
    period, spread = random.choice((2, 5, 7, 14, 30)), random.choice((0, 0.1, 0.3))
    return sorted(int(number * period + random.gauss(0, spread * period)) for number in range(size))


def clustered(random: Random, size: int) -> Days:
    """Several in a few days, and then nothing for a time."""
    rate, length, mean = random.choice((0.02, 0.05, 0.1)), random.choice((3, 7, 14)), random.choice((2, 4, 8))
    return _groups(random, size, rate, length, lambda: 1 + int(random.expovariate(1 / mean)))


def rare_bursts(random: Random, size: int) -> Days:
    """Mostly one at a time; once in a while ten in ten days."""
    share = random.choice((0.1, 0.2))
    return _groups(random, size, random.choice((0.05, 0.1)), 10, lambda: 10 if random.random() < share else 1)


def episodes(random: Random, size: int) -> Days:
    """Weeks in which it goes on, and weeks in which it does not."""
    on, off, rate = random.choice((14, 28)), random.choice((28, 60)), random.choice((0.3, 0.6))
    at, days = 0.0, list[int]()
    while len(days) < size:
        end = at + random.expovariate(1 / on)
        while (at := at + random.expovariate(rate)) < end:
            days.append(int(at))
        at = end + random.expovariate(1 / off)
    return days[:size]


def weekly(random: Random, size: int) -> Days:
    """On the same days of the week, such as those of a handover, and not every week."""
    of_the_week, chance = random.sample(range(7), random.choice((1, 2, 3))), random.choice((0.4, 0.7, 1))
    days, first = list[int](), random.randrange(7)
    for day in count(first):
        if len(days) == size:
            return days
        if day % 7 in of_the_week and random.random() < chance:
            days.append(day)
    raise AssertionError


def uneven(random: Random, size: int) -> Days:
    """Mostly short times between, and now and then a very long one."""
    scale, at, days = random.choice((3, 10)), 0.0, list[int]()
    while len(days) < size:
        at += random.lognormvariate(0, 1.3) * scale
        days.append(int(at))
    return days


def shorter_and_even(ratio: float, random: Random, size: int) -> Days:
    """More or less regular; at the end the time between is `ratio` times what it was."""
    mean, at, days = random.choice((10, 20, 30)), 0.0, list[int]()
    for number in range(size):
        days.append(int(at))
        gap = mean * ratio ** (number / size)
        at += max(random.gauss(gap, 0.3 * gap), 1)
    return days


def shorter_by_chance(ratio: float, random: Random, size: int) -> Days:
    """At any moment, but `ratio` times the time between at the end."""
    mean, at, days = random.choice((10, 20, 30)), 0.0, list[int]()
    for number in range(size):
        days.append(int(at))
        at += random.expovariate(1 / (mean * ratio ** (number / size)))
    return days


def shorter_in_groups(ratio: float, random: Random, size: int) -> Days:
    """Several in a few days, with less and less time between."""
    mean, at, days = random.choice((30, 40)), 0.0, list[int]()
    while len(days) < size:
        at += random.expovariate(1 / (mean * ratio ** (len(days) / size)))
        days += [int(at + random.random() * 5) for _each in range(1 + int(random.expovariate(0.5)))]
    return sorted(days)[:size]


def _groups(random: Random, size: int, rate: float, length: int, number: Callable[[], int]) -> Days:
    at, days = 0.0, list[int]()
    while len(days) < size:
        at += random.expovariate(rate)
        days += [int(at + random.random() * length) for _each in range(number())]
    return sorted(days)[:size]


STEADY: dict[str, Generator] = {
    each.__name__: each for each in (poisson, regular, clustered, rare_bursts, episodes, weekly, uneven)
}


def ended_in_time(generator: Generator) -> Generator:
    """Return the logs as they stand on some day, with about so many incidents."""

    def cut(random: Random, size: int) -> Days:
        days = generator(random, 2 * size)
        end = days[0] + (days[-1] - days[0]) * random.uniform(0.4, 0.6)
        return [day for day in days if day <= end]

    return cut


def incidents(days: Sequence[int]) -> tuple[Incident, ...]:
    """Return the log with these days, all certain."""
    return tuple(Incident(_date(day)) for day in days)


def told_by_month(days: Sequence[int], random: Random, share: float) -> tuple[Incident, ...]:
    """Return the log of which the first part has only months, or days more or less."""
    known_from = len(days) * share

    def told(number: int, day: int) -> Incident:
        if number >= known_from:
            return Incident(_date(day))
        if random.random() < 0.3:
            return Incident(_date(day + random.randint(-5, 5)), precision="about")
        return Incident(_date(day)[:7], precision="month")

    return tuple(told(number, day) for number, day in enumerate(days))


def _date(day: int) -> str:
    return (_START + timedelta(days=day)).isoformat()
