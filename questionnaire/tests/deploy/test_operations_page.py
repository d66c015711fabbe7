"""docs/operations.md names what there is to watch, and all of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from django.conf import settings
from prometheus_client import Counter
from prometheus_client.metrics import MetricWrapperBase

from questionnaire.operations import metrics

PAGE: Final = (Path(settings.BASE_DIR) / "docs/operations.md").read_text()
UNITS: Final = Path(settings.BASE_DIR) / "deploy/systemd"


def test_every_metric_is_in_the_table() -> None:
    found = [value for value in vars(metrics).values() if isinstance(value, MetricWrapperBase)]
    names = {metric._name + ("_total" if isinstance(metric, Counter) else "") for metric in found}

    assert set(re.findall(r"^\| `(stalkcheck_\w+)`", PAGE, re.MULTILINE)) == names | {
        "stalkcheck_seal_age_seconds"
    }


def test_every_timer_is_in_the_table() -> None:
    timers = {path.stem for path in UNITS.glob("*.timer")}

    assert set(re.findall(r"^\| `(stalkcheck-\w+)`", PAGE, re.MULTILINE)) == timers
