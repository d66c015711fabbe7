"""The pages of Beheer: people, teams, what the organisation adds; nothing of a conversation."""
