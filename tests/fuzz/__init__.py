"""Random searches for what breaks, in compiled code that checks every index: `python -m tests.fuzz --minutes 5`.

Each search (`searches.py`) makes one hostile example after the other (`hostile.py`): worlds, replays, run folders. A
failure is printed with the command that repeats it. A few fixed examples are among the ordinary tests.
"""
