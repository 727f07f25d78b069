"""`hideseek learn`."""


def main(arguments: list[str]) -> None:
    """Run an algorithm of the ladder, from value iteration to PPO, on a small task."""
    from hideseek.foundations.command import learn

    learn(arguments)
