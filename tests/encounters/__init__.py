"""Which classes are offered to a student, and with which status."""
