"""`python -m hideseek`: the command line."""

from hideseek.cli import main

main()
