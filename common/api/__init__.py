"""What every resource of the REST API shares: its short middleware chain, its view, errors, cursors and conditions."""
