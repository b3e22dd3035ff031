"""Set up the organisation of a new installation from a file, and print every account's first password once."""

import json
import secrets
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from config import clock
from pledges.models import Unit
from workflow import organisation


class Command(BaseCommand):
    help = "按文件设立组织机构和账号。 Set up units, posts and accounts from a JSON file (samples/README.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        if Unit.objects.exists():
            raise CommandError("组织机构已经设立。 The organisation is set up already.")
        passwords: dict[str, str] = {}

        def password_for(username: str) -> str:
            return passwords.setdefault(username, secrets.token_urlsafe(12))

        try:
            given = json.loads(options["file"].read_text(encoding="utf-8"))
            with transaction.atomic():
                organisation.establish(given, password_for=password_for, at=clock.now())
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(f"{options['file']}: {error!r}") from error
        for username, password in passwords.items():
            self.stdout.write(f"{username}\t{password}")
