"""Which encounters a student of a language school network can take next, told to staff, students and programs."""
