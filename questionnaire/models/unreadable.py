"""Say that something stored does not open any more, or is no longer valid."""

import logging
from typing import Final

from django.db import models

from questionnaire.domain.errors import InvalidInputError
from questionnaire.encryption.keyring import SealError

_log = logging.getLogger(__name__)
#: What reading something raises when what is stored does not open, or is no longer valid.
UNREADABLE_ERRORS: Final = (InvalidInputError, SealError)


class UnreadableError(Exception):
    """Something of an intake cannot be read any more, so that this is refused."""


def tell_unreadable(row: models.Model, error: Exception) -> None:
    """Write in the log which row cannot be read any more, without a word of it."""
    _log.error("%s %s cannot be read: %s", row._meta.model_name, row.pk, type(error).__name__)
