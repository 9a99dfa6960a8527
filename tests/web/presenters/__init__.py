"""View models from domain objects, without a request or a database."""
