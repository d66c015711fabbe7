"""What whoever runs the application sees of it: ids of requests, codes of errors, and metrics."""
