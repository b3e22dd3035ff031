"""For machines that watch: does the product have what it needs?"""

import os
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

PATIENCE = 1  # seconds for the broker to answer


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 ``{"status": "ok"}`` when database and broker answer, else 503 naming what does not."""
    checks = {"database": _database_answers, "broker": _broker_answers}
    down = [name for name, answers in checks.items() if not answers()]
    if down:
        return JsonResponse({"status": "unavailable", "down": down}, status=503)
    return JsonResponse({"status": "ok"})


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker_answers() -> bool:
    if settings.REDIS_URL:
        return _redis_answers(settings.REDIS_URL)
    folder = Path(settings.BROKER_DIR) / "queue"
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def _redis_answers(url: str) -> bool:
    from redis import Redis, RedisError
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    try:
        client = Redis.from_url(
            url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, retry=Retry(NoBackoff(), 0)
        )
        with client:
            return bool(client.ping())
    except (RedisError, ValueError, OSError):
        return False
