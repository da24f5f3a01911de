"""Pages of the workspace at /ruang/: phone first, usable without scripts."""
