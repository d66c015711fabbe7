"""The Django project: settings, environment, URLs, headers, logging and the entry point of the server."""
