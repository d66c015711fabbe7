"""Put a signed PDF where the organisation keeps its files: a folder, or a Documenten API. Knows no models."""
