"""Read what pages and documents show; nothing here writes."""
