"""Back up, restore, export, erase and re-encrypt what is stored."""
