"""Rows are picked by however many numbers or names in one statement: SQLite reads these from a JSON list.

A statement with a sign for each value is put together anew for each count of them, and SQLite takes no more than so
many; this one is always the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, func, select


def among(column: ColumnElement[Any], values: Iterable[int | str] | BindParameter[str]) -> ColumnElement[bool]:
    """Whether a column has one of some values.

    Args:
        column: of numbers or texts.
        values: those; or, for a statement that is made once, what will hold them as `as_json` gives them.
    """
    given = values if isinstance(values, BindParameter) else as_json(values)
    return column.in_(select(func.json_each(given).table_valued("value").c.value))


def as_json(values: Iterable[int | str]) -> str:
    """Values for a statement that was made with `among`."""
    return json.dumps(list(values))
