"""Accept large posts of free text, ask for rights again at the end, and answer writes to a closed intake."""
