"""What agents do, told from positions alone: shelters, doors, ramps, surfing, chases (docs/behaviours.md)."""
