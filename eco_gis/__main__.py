"""`python -m eco_gis` is the command line."""

from eco_gis.cli import main

if __name__ == "__main__":
    main()
