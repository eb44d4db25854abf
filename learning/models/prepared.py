"""Queries whose SQL is put together once, for what people wait for again and again.

Django puts a query together anew whenever it is asked. For a small one that takes ten times as long
as the database takes to answer. A prepared query is a queryset like any other, but for a
``Parameter`` wherever a value differs from one time to the next.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row")


class Parameter(Value):
    """In a queryset, what a prepared query is asked with under this name.

    With ``many`` it is a list of any length, for the right of ``__in``.
    """

    def __init__(self, name: str, field: Field[Any, Any], *, many: bool = False) -> None:
        super().__init__(name, output_field=field)
        self.many = many

    @property
    def mark(self) -> str:
        """What stands for it in the SQL."""
        return f"({{{self.value}}})" if self.many else "%s"

    def as_sql(self, compiler: Any, connection: Any) -> Any:  # noqa: ARG002
        return self.mark, [self]

    def values(self, given: Mapping[str, Any], connection: BaseDatabaseWrapper) -> list[Any]:
        """What was given, as this database stores it."""
        values = given[self.value] if self.many else [given[self.value]]
        return [self.output_field.get_db_prep_value(value, connection) for value in values]


class Prepared(Generic[Row]):
    """A queryset of models or of ``values_list``, asked with the values of its parameters by name.

    ``make`` returns the queryset. It is called once for each kind of database, at the first use.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, Row]]) -> None:
        self._make = make
        self._ready: dict[str, _Ready] = {}

    def __call__(self, **given: Any) -> list[Row]:
        connection = connections[DEFAULT_DB_ALIAS]
        ready = self._ready.get(connection.vendor)
        if ready is None:
            ready = self._ready[connection.vendor] = _put_together(self._make())
        return list(ready.asked(given, connection))

    def first(self, **given: Any) -> Row | None:
        """The first row, or None where there is none."""
        return next(iter(self(**given)), None)


@dataclass(frozen=True)
class _Ready:
    """A queryset with its SQL, and what goes into it: parameters, and values that never change."""

    queryset: QuerySet[Any, Any]
    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]

    def asked(
        self, given: Mapping[str, Any], connection: BaseDatabaseWrapper
    ) -> QuerySet[Any, Any]:
        """A queryset that can be read, and nothing else."""
        sql, params = self.sql, []
        for param in self.params:
            if not isinstance(param, Parameter):
                params.append(param)
                continue
            values = param.values(given, connection)
            params += values
            if param.many:  # NULL is in no list, and a list of nothing is not SQL everywhere
                places = ", ".join(["%s"] * len(values)) or "NULL"
                sql = sql.replace(param.mark, f"({places})")
        compiler = copy.copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_args, **_kwargs: (sql, tuple(params))  # type: ignore[method-assign]
        asked: QuerySet[Any, Any] = QuerySet(self.queryset.model, _Query(compiler))  # type: ignore[arg-type]
        asked._iterable_class = self.queryset._iterable_class
        return asked


def _put_together(queryset: QuerySet[Any, Any]) -> _Ready:
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, params = compiler.as_sql()
    return _Ready(queryset, compiler, sql, tuple(params))


@dataclass(frozen=True)
class _Query:
    """What is left of a query whose SQL is known."""

    compiler: SQLCompiler

    def get_compiler(self, *_args: Any, **_kwargs: Any) -> SQLCompiler:
        return self.compiler
