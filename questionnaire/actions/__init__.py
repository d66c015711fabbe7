"""Write intakes and what belongs to them: each action stores one change and one audit event, or neither."""
