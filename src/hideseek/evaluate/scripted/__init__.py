"""Players of the quadrant game that follow a script and read the state of the worlds: opponents, and a measure."""
