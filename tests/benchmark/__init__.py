"""The network that speed is measured on, generated at any size."""
