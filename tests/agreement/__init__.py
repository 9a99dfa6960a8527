"""The product and the oracle on the same data: their answers must be equal."""
