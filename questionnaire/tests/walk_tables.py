"""Say in tables what each person gets for each thing that they do; `tests/walks.py` reads them.

Like the model it imports nothing of the program.
"""

from __future__ import annotations

from typing import Final

STATES: Final = ("open", "submitted", "signed_off")

# +  200, and one event of reading    w  302, and it is stored by one event     k  409, the words are kept
# l  409 or 422, the review is shown  f  302 to the review, nothing is shown    -  403
# 0  404, as for what is not there    n  302, and nothing is stored             d  409, and nothing is kept
# j  200 as JSON, and it is stored    q  200 as JSON, the words are kept    p  200, the page is shown again
# m  429, and the limit is recorded   x  403, with the page that says: no copies before it was seen
#
# A block of the name "always" counts for every state. `World.response` has what a case adds to a cell.
RESPONSES: Final = """
              author assigned reviewer named seen opened knows outside
always
answers         +       +        +       +     +     +      0      0
summary         +       +        +       +     +     +      0      0
review          +       +        +       +     +     +      0      0
case            +       +        +       +     +     +      0      0
who             +       +        +       +     +     +      0      0
plan            +       +        +       +     +     +      0      0
copy            +       +        +       +     +     x      0      0
steps           +       +        -       -     -     -      0      0
give            w       -        w       -     -     -      0      0
take            w       -        w       -     -     -      0      0
shield          w       -        w       -     -     -      0      0
ask_to_lift     w       -        w       -     -     -      0      0
see             w       -        w       -     -     -      0      0
hand_over       w       -        w       -     -     -      0      0
note_read       w       w        w       w     w     w      0      0
open            n       n        n       n     n     n      w      0
write_plan      w       w        -       -     -     -      0      0
step            w       w        -       -     -     -      0      0
consult         w       w        -       -     -     -      0      0
consult_again   w       w        -       -     -     -      0      0
not_consulted   w       w        -       -     -     -      0      0

open
signed          0       0        0       0     0     x      0      0
section         +       +        -       -     -     -      0      0
write           w       w        -       -     -     -      0      0
half            w       w        -       -     -     -      0      0
autosave        j       j        -       -     -     -      0      0
log             +       +        -       -     -     -      0      0
add             w       w        -       -     -     -      0      0
change          w       w        -       -     -     -      0      0
remove          w       w        -       -     -     -      0      0
put_back        w       w        -       -     -     -      0      0
submit          w       w        -       -     -     -      0      0
withdraw        l       l        -       -     -     -      0      0
remark          -       -        l       -     -     -      0      0
return          -       -        l       -     -     -      0      0
sign_off        -       -        l       -     -     -      0      0
correct         l       l        -       -     -     -      0      0
reassess        w       w        -       -     -     -      0      0

submitted
signed          0       0        0       0     0     x      0      0
section         f       f        -       -     -     -      0      0
write           k       k        -       -     -     -      0      0
half            k       k        -       -     -     -      0      0
autosave        q       q        -       -     -     -      0      0
log             f       f        -       -     -     -      0      0
add             k       k        -       -     -     -      0      0
change          k       k        -       -     -     -      0      0
remove          d       d        -       -     -     -      0      0
put_back        d       d        -       -     -     -      0      0
submit          l       l        -       -     -     -      0      0
withdraw        w       w        -       -     -     -      0      0
remark          -       -        w       -     -     -      0      0
return          -       -        w       -     -     -      0      0
sign_off        -       -        w       -     -     -      0      0
correct         l       l        -       -     -     -      0      0
reassess        w       w        -       -     -     -      0      0

signed_off
signed          +       +        +       +     +     x      0      0
section         f       f        -       -     -     -      0      0
write           k       k        -       -     -     -      0      0
half            k       k        -       -     -     -      0      0
autosave        q       q        -       -     -     -      0      0
log             f       f        -       -     -     -      0      0
add             k       k        -       -     -     -      0      0
change          k       k        -       -     -     -      0      0
remove          d       d        -       -     -     -      0      0
put_back        d       d        -       -     -     -      0      0
submit          l       l        -       -     -     -      0      0
withdraw        l       l        -       -     -     -      0      0
remark          -       -        l       -     -     -      0      0
return          -       -        l       -     -     -      0      0
sign_off        -       -        l       -     -     -      0      0
correct         w       w        -       -     -     -      0      0
reassess        w       w        -       -     -     -      0      0
"""

#: Of pages about no conversation in particular: who gets them; e is led to the events.
#: No page of these shows words of a conversation, but Today the notes of a hand-over to whom it is for.
LISTS: Final = """
              professional reviewer manager administrator auditor without
today              +          +        +          +          e       +
cases              +          +        +          +          +       +
start              +          -        -          -          -       -
numbers            -          -        +          -          -       -
events             -          -        -          -          +       -
people             -          -        -          +          -       -
administration     -          -        +          +          -       -
"""

#: The one event of each doing that is allowed, and the one of undoing it, where that can be done.
_TOLD: Final = """
answers         answers.read
summary         summary.read
review          review.read
case            case.read
who             rights.read
plan            plan.read
copy            texts.read
signed          document.read
steps           steps.read
section         section.read
log             incidents.read
write           intake.changed
half            intake.changed
autosave        intake.changed
add             incident.added           incident.removed
change          incident.changed         incident.change_undone
remove          incident.removed         incident.restored
put_back        incident.restored        incident.removed
write_plan      plan.changed             plan.changed
step            steps.changed            steps.changed
consult         consultation.added       consultation.removed
consult_again   consultation.changed     consultation.changed
not_consulted   consultation.removed     consultation.added
submit          intake.submitted         intake.withdrawn
withdraw        intake.withdrawn         intake.submitted
remark          remark.added             remark.removed
return          intake.returned          intake.withdrawn
sign_off        intake.signed_off
correct         correction.started
reassess        reassessment.started
give            right.given              right.taken
take            right.taken              right.given
shield          case.shielded            shield.lifted
ask_to_lift     proposal.asked
open            case.opened
see             case.opening_seen        right.taken
hand_over       intake.handed_over       intake.handed_over
note_read       intake.hand_over_note_read intake.hand_over_note_unread
"""
_EVENTS: Final = [line.split() for line in _TOLD.splitlines()[1:]]
EVENTS: Final = {doing: event for doing, event, *_undoing in _EVENTS}
UNDOING: Final = {doing: undoing[0] for doing, _event, *undoing in _EVENTS if undoing}
READING: Final = (
    *("answers", "summary", "review", "case", "who", "steps", "section", "log", "plan", "copy", "signed"),
)
#: What is done with one incident or consultation that is there.
OF_AN_INCIDENT: Final = ("change", "remove", "put_back")
OF_A_CONSULTATION: Final = ("consult_again", "not_consulted")
#: What is typed at length, and by whom it is kept where it cannot be saved.
WRITING: Final = (
    *("write", "half", "autosave", "add", "change", "write_plan", "step", "consult", "consult_again"),
)
#: The field in which each person writes, so that two of them change no text of each other unseen.
FIELDS: Final = {"bob": "fear_own_words", "cara": "fear_own_words__note"}
KINDS: Final = ("assigned", "named", "locked_out")


def parse(table: str) -> dict[tuple[str, str, str], str]:
    """Return each cell by its state, "" without one, by its row and by its column."""
    columns, *rows = [line.split() for line in table.splitlines() if line.strip()]
    states, cells = [""], {}
    for name, *row in rows:
        if not row:
            states = [*STATES] if name == "always" else [name]
        for state in states:
            for column, cell in zip(columns if row else (), row, strict=True):
                assert (state, name, column) not in cells, "named twice"
                cells[state, name, column] = cell
    return cells


def field_of(who: str) -> str:
    """Return the field in which someone writes."""
    return FIELDS.get(who, "running_note")
