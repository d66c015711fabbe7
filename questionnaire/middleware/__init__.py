"""Accept large posts of free text, and answer writes to a closed intake."""
