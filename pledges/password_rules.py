"""The rule of a password's length in our own words: Django's are not translated into Chinese."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class Length(MinimumLengthValidator):
    def get_error_message(self) -> str:
        return ngettext("密码至少 %d 个字符。", "密码至少 %d 个字符。", self.min_length) % self.min_length

    def get_help_text(self) -> str:
        return self.get_error_message()
