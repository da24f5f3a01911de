"""Telling partners of changes: whom, what, by signed messages that are tried for three days. docs/adr/0015-webhooks.md."""
