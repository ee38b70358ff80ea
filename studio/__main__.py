"""`python -m studio webinars|podcasts|all`: make the recordings of the sample programme again."""

import argparse
from pathlib import Path

from studio.podcasts import make_podcasts
from studio.webinars import make_webinars

PARTS = {"webinars": (make_webinars,), "podcasts": (make_podcasts,), "all": (make_webinars, make_podcasts)}


def main() -> None:
    """Make the parts that were asked for, into the content folder."""
    parser = argparse.ArgumentParser(prog="python -m studio", description=__doc__)
    parser.add_argument("part", choices=PARTS)
    content = Path(__file__).parent.parent / "content"
    parser.add_argument("--content", type=Path, default=content, help="the content folder; default: %(default)s")
    asked = parser.parse_args()
    for make in PARTS[asked.part]:
        make(asked.content)


if __name__ == "__main__":
    main()
