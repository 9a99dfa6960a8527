"""Tests speak about people and promises."""
