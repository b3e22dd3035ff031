"""What the tests of erasures share: the way that two people go, and a look into every table."""

import json

from django.db import connection

from tests.factories import Government, actor, moment
from workflow import erasure
from workflow.models import Erasure

REASON = "导入时未发现含有不应公开的内容"


def erase(at: Government, subject: str, *, on: str = "2020-06-01") -> Erasure:
    """Proposed by the security administrator and confirmed by the director."""
    proposed = erasure.propose(actor=actor(at.security_admin), subject=subject, reason=REASON, at=moment(on))
    return erasure.confirm(proposed.pk, actor=actor(at.director), at=moment(on))


def tables_holding(words: str) -> set[str]:
    """Every table of the database in which a text column holds the words, as bytes or as text."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for value in row:
                    text = bytes(value).decode(errors="ignore") if isinstance(value, bytes | memoryview) else str(value)
                    if words in text or json.dumps(words)[1:-1] in text:
                        found.add(table)
    return found
