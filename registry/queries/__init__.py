"""Reads of the registry, one module a subject. Rows reach a door only through `for_user` or `published`."""
