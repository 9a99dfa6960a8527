"""Which encounters a student of a language school network can take next, for staff, students and programs."""
