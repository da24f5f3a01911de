"""Pages about partners: the staff area, and what a head delegates in the workspace."""
