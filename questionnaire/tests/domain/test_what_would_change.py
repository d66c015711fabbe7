"""What would change an advice: the fewest answers that would have to be taken back, held against trying all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings

from questionnaire.domain.advice import Because
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.conditions import (
    INCIDENTS,
    CountAtLeast,
    Facts,
    Unless,
    all_of,
    any_of,
    cell,
    includes,
    raised,
)
from questionnaire.domain.items import NOT_REACHED
from questionnaire.domain.rules import BEHAVIOUR, RULES, Rule, rule
from questionnaire.domain.what_would_change import what_would_change
