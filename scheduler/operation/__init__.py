"""How the service is watched over: what it counts, whether it is well, and who is told."""
