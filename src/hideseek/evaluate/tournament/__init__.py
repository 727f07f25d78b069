"""Many players against each other: all pairings of hiders and seekers, and what they say about who is how strong."""
