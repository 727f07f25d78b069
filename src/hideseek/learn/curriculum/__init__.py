"""Where the next episode of a world begins, and what came of it: start states that follow what is being learned."""
