"""Run the WSGI application in a server with an event loop: no thread waits for a client or for a turn."""
