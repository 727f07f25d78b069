"""Supervised tasks on what agents observe: their data, and heads that are trained on what a policy remembers."""
