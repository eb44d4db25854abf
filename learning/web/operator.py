"""For the operator: does the process answer, and is it fit to serve?"""

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from learning.models import Edition, Module
from learning.web.access import for_operator


@require_safe
@for_operator
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"process": "ok"})


@require_safe
@for_operator
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, migrations and content are fit to serve (200), or which of them is not (503)."""
    found = {"database": "ok", "migrations": "not checked", "content": "not checked"}
    try:
        found["migrations"] = _migrations()
        if found["migrations"] == "ok":
            found["content"] = _content()
            _write_and_take_back()
    except (DatabaseError, InterfaceError):
        found["database"] = "does not answer, or takes no writes"
    ready = all(value == "ok" for value in found.values())
    return JsonResponse(found, status=200 if ready else 503)


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    return "waiting" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else "ok"


def _content() -> str:
    offered = any(Edition.objects.offered(code).exists() for code, _ in settings.LANGUAGES)
    return "ok" if offered else "none published"


def _write_and_take_back() -> None:
    """A write that changes no row and is taken back; not where saving is switched off anyway."""
    if settings.READ_ONLY:
        return
    with transaction.atomic():
        Module.objects.filter(pk=0).update(position=0)
        transaction.set_rollback(True)
