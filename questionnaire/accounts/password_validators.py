"""Refuse passwords that others would try here first."""

from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

_MIN_OTHER_CHARACTERS: Final = 8


class KnownWordsValidator:
    """Refuse a password that is little more than words that anyone would try here first."""

    def __init__(self, words: list[str]) -> None:
        self.words = words

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError unless enough characters are left without the known words."""
        rest = password.lower()
        for word in self.words:
            rest = rest.replace(word, "")
        if len(rest) < min(len(password), _MIN_OTHER_CHARACTERS):
            raise ValidationError(self.get_help_text(), code="password_known_words")

    def get_help_text(self) -> str:
        return gettext("Your password cannot be built around a word that others expect here.")
