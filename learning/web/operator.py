"""For the operator: does the process answer, and is it fit to serve?"""

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from learning.models import AuditEntry, Edition


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"process": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, migrations and content are fit to serve (200), or which of them is not (503)."""
    found = {"database": _database(), "migrations": "not checked", "content": "not checked"}
    if found["database"] == "ok":
        found["migrations"] = _migrations()
    if found["migrations"] == "ok":
        found["content"] = "ok" if Edition.objects.offered("en").exists() else "none published"
    ready = all(value == "ok" for value in found.values())
    return JsonResponse(found, status=200 if ready else 503)


def _database() -> str:
    """Whether the database takes a write; the write is taken back."""
    try:
        if settings.READ_ONLY:
            AuditEntry.objects.exists()
        else:
            with transaction.atomic():
                AuditEntry.objects.filter(pk=0).update(verb="")
                transaction.set_rollback(True)
    except DatabaseError:
        return "does not answer"
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    return "waiting" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else "ok"
