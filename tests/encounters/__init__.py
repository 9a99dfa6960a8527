"""Which classes are offered to a student, and what each is to them."""
