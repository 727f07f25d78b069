"""How many examples Hypothesis draws."""

from hypothesis import settings


def examples(count: int) -> settings:
    """Return settings with `count` examples where Hypothesis would take 100, and more in `make fuzz`."""
    return settings(max_examples=count * settings.default.max_examples // 100)
