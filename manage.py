#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys


def main() -> None:
    """Run a management command, which speaks the language of whoever runs it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stalkcheck.settings")
    import django
    from django.core.management import execute_from_command_line
    from django.utils import translation

    from stalkcheck import language

    django.setup()
    translation.activate(language.of_commands())
    from django.db import DatabaseError

    from questionnaire.operations.error_codes import database_line

    try:
        execute_from_command_line(sys.argv)
    except DatabaseError as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(database_line(error))


if __name__ == "__main__":
    main()
