"""The forms of the workspace. Staff and public forms stand in modules of their own beside these."""
