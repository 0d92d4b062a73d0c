"""`python -m convscope`, where the command `convscope` is not on the path."""

from convscope.cli import main

if __name__ == "__main__":
    main()
