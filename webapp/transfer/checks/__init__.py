"""Check: what must hold in the state after an import."""
