"""The version of the environment, which tells episodes and policies of one set of rules from those of another."""

VERSION: int = 1
"""Raised on every change of behaviour: rules, rewards, observations, layouts, physics beyond rounding."""
