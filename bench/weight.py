"""Measure the size of each page of questions with all that it loads. Goal: under 50 kB, as it is sent.

Usage: python bench/weight.py
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path
from typing import Final

import scratch

# isort: split
from django.conf import settings
from django.urls import reverse

from questionnaire.actions import intakes as intake_actions
from questionnaire.domain import dates
from questionnaire.domain.routes import PAGES

GOAL: Final = 50_000
ASSETS: Final = ("style.css", "hide.js", "autosave.js", "icon.svg")
COMPRESSED: Final = {"accept-encoding": "gzip"}


def main() -> int:
    """Print the size of every page as sent and uncompressed; return 1 when the goal is missed."""
    client, user, team = scratch.signed_in()
    intake = intake_actions.start_intake(user, team, "bench", dates.today(), "nl")
    folder = Path(settings.BASE_DIR) / "questionnaire/static/questionnaire"
    assets = [(folder / name).read_bytes() for name in ASSETS]
    loaded, unpacked = sum(len(gzip.compress(asset)) for asset in assets), sum(map(len, assets))
    print(f"stylesheet, scripts and icon: {loaded} bytes sent, {unpacked} as they are")
    worst = heaviest = 0
    for page_id in PAGES:
        url = reverse("section", args=[intake.uuid, page_id])
        sent, plain = client.get(url, headers=COMPRESSED).content, client.get(url).content
        worst, heaviest = max(worst, len(sent) + loaded), max(heaviest, len(plain) + unpacked)
        in_all = len(plain) + unpacked
        print(f"{page_id:12} {len(sent) + loaded:6} bytes sent in all, {in_all:6} as they are")
    print(f"worst: {worst} bytes sent, {heaviest} as they are (goal {GOAL}, as sent)")
    return int(worst > GOAL)


if __name__ == "__main__":
    sys.exit(main())
