"""The recipes of .github/CONTRIBUTING.md, followed in a copy of the checkout."""
