"""What pandas makes of a table in JSON, as names with lists of values.

    {"w": {"0": 0.0, "1": 0.07}}                                  orient="columns", the default
    {"0": {"w": 0.0}, "1": {"w": 0.07}}                           orient="index"
    {"0": 0.0, "1": 0.07}                                         a Series, which has no name here: `value`
    [{"w": 0.0}, {"w": 0.07}]                                     orient="records", with lines=True one to a line
    {"schema": ..., "data": [{"index": 0, "w": 0.0}]}             orient="table"
    {"columns": ["w"], "index": [0, 1], "data": [[0.0], [0.07]]}  orient="split"

An index that is not 0, 1, 2 ... counts the rows: it is given the name `index`, where the table has no column of it.
"""

from typing import Any

SPLIT = {"columns", "index", "data"}


def columns(record: Any) -> Any:
    """The columns of a table; anything else as it is."""
    if isinstance(record, list) and record and all(isinstance(row, dict) for row in record):
        return {
            name: [row.get(name) for row in record] for name in dict.fromkeys(name for row in record for name in row)
        }
    if not isinstance(record, dict):
        return record
    if record.keys() == {"schema", "data"}:
        return columns(record["data"])
    if _is_column(record) and not any(isinstance(one, list) for one in record.values()):
        rows = list(record.values())
        table = columns(rows) if all(isinstance(row, dict) for row in rows) else {"value": rows}
        return _indexed(table, list(map(int, record)))
    if record.keys() == SPLIT and _is_table(record["data"], len(record["columns"])):
        values = zip(*record["data"], strict=True)
        return _indexed(dict(zip(record["columns"], map(list, values), strict=True)), record["index"])
    indices = [list(one) for one in record.values() if _is_column(one)]
    if not indices or any(one != indices[0] for one in indices):
        return record
    plain = {name: list(one.values()) if _is_column(one) else one for name, one in record.items()}
    return _indexed(plain, list(map(int, indices[0])))


def _is_table(rows: Any, width: int) -> bool:
    return isinstance(rows, list) and all(isinstance(row, list) and len(row) == width for row in rows)


def _is_column(values: Any) -> bool:
    """Whether values stand by whole numbers."""
    return isinstance(values, dict) and bool(values) and all(key.isdecimal() for key in values)


def _indexed(table: dict[str, Any], index: list[Any]) -> dict[str, Any]:
    return table if index == list(range(len(index))) else {"index": index} | table
