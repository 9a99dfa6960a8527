"""Credentials: who may sign in with what, and who is signed in."""
