"""What is rewarded, and when an episode is over: one file for each objective."""
