"""How long tests wait for something that has to come."""

SECONDS = 1800
"""After this something hangs: nothing takes nearly as long, even on a machine with ten other programs per core."""
