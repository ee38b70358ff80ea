"""Covers: a show's artwork as a large JPEG, and small for the tags of each tape."""

from io import BytesIO

from PIL import Image

from studio.slides import drawing


def cover(name: str, pixels: int, quality: int = 88) -> bytes:
    """The drawing `cover-<name>` as an RGB JPEG, so many pixels a side."""
    # Drawn twice as large as wanted up to 3000 pixels, so that small covers keep smooth edges.
    picture = Image.open(BytesIO(drawing(f"cover-{name}", min(3000, pixels * 2)))).convert("RGB")
    if picture.width != pixels:
        picture = picture.resize((pixels, pixels), Image.Resampling.LANCZOS)
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()
