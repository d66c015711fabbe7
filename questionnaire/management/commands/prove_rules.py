"""`prove_rules`: prove that rules and texts keep the principles, for every intake there can be."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any, Final

from django.core.management.base import BaseCommand

from questionnaire.domain.advice.rules import RULES
from questionnaire.domain.advice.texts import TEXTS
from questionnaire.verification.prover import intakes, prove
from questionnaire.verification.report import Report
from questionnaire.verification.texts import domain_texts, summary_keys

_EPILOG: Final = """\
Needs no database and no key ring. Prints what was covered, and exits 1 when something does not hold, with the
smallest counterexample. docs/proof.md says what is proven, how, and what is not.
"""


class Command(BaseCommand):
    """`manage.py prove_rules`; see its --help. It prints English, as the rules and their codes are."""

    help = "Prove that the rules keep the principles P1 to P6 and P9 for every intake there can be."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = _EPILOG
        parser.add_argument("--intakes", action="store_true", help="print the intake that gives each level")

    def handle(self, *_args: object, **options: Any) -> None:
        report = prove(RULES, TEXTS, domain_texts(), summary_keys())
        self._print_covered(report)
        if options["intakes"]:
            self._print_intakes(report)
        for fault in report.faults:
            self.stderr.write(str(fault))
        if report.faults:
            self.stderr.write(f"Not proven: {len(report.faults)} faults.")
            sys.exit(1)
        self.stdout.write(
            f"Proven for 10^{len(str(intakes())) - 1} intakes, and any texts, dates and incidents."
        )

    def _print_covered(self, report: Report) -> None:
        for part, number in report.covered.items():
            self.stdout.write(f"{number:>9,} {part}")
        for kind, advice, item_id in sorted(report.lowered):
            self.stdout.write(f"By design {kind} {item_id} can lower {advice}.")
        most = max(map(len, report.alive.values()), default=0)
        self.stdout.write(f"{len(report.alive)} levels, each reached with {most} answers at most.")

    def _print_intakes(self, report: Report) -> None:
        for (advice, urgency), given in report.alive.items():
            self.stdout.write(f"{advice} {urgency.code}: {', '.join(given) or 'nothing answered'}")
