"""Writes of the registry, one module a subject: keyword-only, typed, with an `actor`, one transaction, return the object."""
