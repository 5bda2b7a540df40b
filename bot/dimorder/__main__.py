"""`python -m dimorder`."""

from dimorder.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
