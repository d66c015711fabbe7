"""A wizard as formtools and crispy-bootstrap5 make it out of the box, to time the served program against.

Five steps of six fields and sessions in the database; no accounts, no encryption, no log of who did what.
"""
