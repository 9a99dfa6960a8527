"""A second, naive answer to every question the published rules decide, sharing nothing with the product."""
