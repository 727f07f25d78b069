"""Players that follow a script and read the state of the worlds: opponents, and a measure of what a game pays."""
