"""The web: everything that knows HTTP, one module for each entrance and for each tool they share."""
