"""Make the recordings, slides and artwork of tests/content anew: `python tests/media/make_cast.py`.

The files are small, made of tones and plain colours, and stand in the repository: no test makes them.
"""

from pathlib import Path

from PIL import Image, ImageDraw
from recordings import film, sound

CONTENT = Path(__file__).parent.parent / "content"
PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R/Lang(en)>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 320 180]>>endobj
trailer<</Root 1 0 R>>
"""


def main() -> None:
    webinar = CONTENT / "webinars/stroke-in-the-clinic"
    show = CONTENT / "podcasts/ward-round"
    film(webinar / "recording.mp4", seconds=8, size=(320, 180), frames=25, noise=0, bits=64_000)
    (webinar / "slides.pdf").write_bytes(PDF)
    sound(show / "2026-03-04-sepsis.mp3", seconds=6, bits=64_000, title="Sepsis, early", artist="Hillside Hospital")
    marks = [(0, "The night"), (3, "The morning")]
    sound(show / "2026-03-18-asthma.mp3", seconds=6, bits=32_000, rate=24_000, chapters=marks, title="Asthma at night")
    square = Image.new("RGB", (1400, 1400), "#0a6a68")
    ImageDraw.Draw(square).ellipse((350, 350, 1050, 1050), fill="#f2e9dc")
    square.save(show / "artwork.jpg", quality=25, optimize=True, progressive=True)


if __name__ == "__main__":
    main()
