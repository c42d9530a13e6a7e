"""``python -m market`` is ``zjcs``."""

from market.cli import main

if __name__ == "__main__":
    main(prog_name="zjcs")
