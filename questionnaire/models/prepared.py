"""Run a query that the ORM built and compiled before, with other values.

To build and compile a query takes the ORM many times as long as the database takes to answer it. This is for
queries that almost every request runs; see docs/adr/0035. All else is done by the ORM, as for any query.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, QuerySet
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row")
#: The attribute of a connection with the queries that were compiled for it. One thread uses it at a time.
_COMPILED: Final = "prepared_queries"


class Parameter(Expression):
    """The place in a query of a value of this field's type."""

    def __init__(self, place: int, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.place = place  # in the values: the ORM copies expressions

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> Any:
        """Return a placeholder, and this object where the value comes when the query runs."""
        return "%s", [self]


class PreparedQuery(Generic[Row]):
    """A query from a function, which gets a `Parameter` for each of its values."""

    def __init__(self, build: Callable[..., QuerySet[Any, Row]], *fields: Field[Any, Any]) -> None:
        self._build = build
        self._parameters = [Parameter(place, field) for place, field in enumerate(fields)]

    def all(self, *values: object) -> list[Row]:
        """Return what the query finds with these values.

        Raise TransactionManagementError when it locks rows, outside a transaction.
        """
        connection = connections[DEFAULT_DB_ALIAS]
        compiled = vars(connection).setdefault(_COMPILED, {})
        if self not in compiled:
            compiled[self] = _Compiled(self._build(*self._parameters), self._parameters, connection)
        rows: list[Row] = compiled[self].run(values)
        return rows

    def first(self, *values: object) -> Row | None:
        """Return the first row that the query finds; None when there is none."""
        rows = self.all(*values)
        return rows[0] if rows else None


class _Compiled:
    """A query with the compiler of one connection, which returns the SQL that it made the first time."""

    def __init__(
        self, queryset: QuerySet[Any, Any], parameters: list[Parameter], connection: BaseDatabaseWrapper
    ) -> None:
        self._queryset, self._parameters, self._connection = queryset, parameters, connection
        query: Any = queryset.query
        self._locks = query.select_for_update
        compiler = query.get_compiler(connection=connection)
        self._sql, self._params = compiler.as_sql()
        converters = compiler.get_converters([each for each, *_ in compiler.select[: compiler.col_count]])
        compiler.as_sql = self._as_sql
        compiler.get_converters = lambda _expressions: converters
        query.get_compiler = lambda *_args, **_options: compiler

    def run(self, values: tuple[object, ...]) -> list[Any]:
        """Return the rows, as the ORM makes them."""
        if self._locks and not self._connection.in_atomic_block:
            raise TransactionManagementError("a row is locked until the end of a transaction")
        self._values = [
            parameter.output_field.get_db_prep_value(value, self._connection)
            for parameter, value in zip(self._parameters, values, strict=True)
        ]
        queryset: Any = self._queryset
        return list(queryset._iterable_class(queryset))

    def _as_sql(self) -> tuple[str, tuple[Any, ...]]:
        params = (self._values[each.place] if isinstance(each, Parameter) else each for each in self._params)
        return self._sql, tuple(params)
