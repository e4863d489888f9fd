"""The rows a number was counted from, as SQL that a page can show and a spreadsheet keep.

Each query answers one row for each thing the number counts, under the same conditions, so that
its number of rows is the number's n.
"""

from __future__ import annotations

_TAKES = """SELECT student_id, course_id, exercise_id, number AS take_number, take_id,
       submitted_at, first_reply_at, hours, answered
FROM   turnaround
WHERE  {condition}
ORDER  BY hours DESC, take_id"""


def takes_behind(condition: str) -> str:
    """Return the query for submitted takes, the longest wait first.

    >>> takes_behind("waiting").splitlines()[3]
    'WHERE  waiting'
    """
    return _TAKES.format(condition=condition)
