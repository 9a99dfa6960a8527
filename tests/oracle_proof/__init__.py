"""The oracle itself, proved on worlds so small that each answer is plain by hand."""
