"""The application: intake conversations about stalking, and the summaries made of them."""
