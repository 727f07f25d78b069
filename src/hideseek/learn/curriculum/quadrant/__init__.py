"""Start states that know the quadrant game: its doors, its wall, its ramp."""
