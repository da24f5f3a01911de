"""Demonstration data: accounts of every role, and real products of NTT as reported in public, each with its source."""
