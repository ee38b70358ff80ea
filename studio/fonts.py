"""`python studio/fonts.py [NOTO_EMOJI.woff]`: make the fonts of certificates again, as subsets of Debian's.

Certificates are set in EB Garamond and Noto Sans; all else stands behind them, so that no name has an empty box. Of
each font the signs are kept that people write names and titles with; hints for old screens are dropped.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

INTO = Path(__file__).parent.parent / "lms" / "certificates" / "drawing" / "fonts"
NOTO = Path("/usr/share/fonts/truetype/noto")
GARAMOND = Path("/usr/share/fonts/opentype/ebgaramond")
CJK = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
DROID = Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf")
#: Scripts that have a face with serifs, and those that have not.
SERIF = """Armenian Bengali Devanagari Ethiopic Georgian Gujarati Gurmukhi Hebrew Kannada Khmer Lao Malayalam Myanmar
    Sinhala Tamil Telugu Thai Tibetan NyiakengPuachueHmong""".split()
SANS = """Adlam CanadianAboriginal Chakma Cherokee HanifiRohingya Lisu MeeteiMayek NKo NewTaiLue OlChiki Oriya
    Osmanya TaiLe Thaana Tifinagh Vai""".split()
#: Everything that Latin, Greek and Cyrillic are written with, punctuation, and a few symbols of medicine.
WEST = [(0x20, 0x24F), (0x250, 0x52F), (0x1C80, 0x1C8F), (0x1D00, 0x1FFF), (0x2000, 0x218F), (0x2190, 0x22FF)]
WEST += [(0x25A0, 0x25FF), (0x2C60, 0x2C7F), (0x2DE0, 0x2DFF), (0xA640, 0xA69F), (0xA700, 0xA7FF), (0xAB30, 0xAB6F)]
WEST += [(0xFB00, 0xFB06), (0xFE20, 0xFE2F), (0xFFFC, 0xFFFD)]
PLAIN = [(0x20, 0x24F), (0x2BC, 0x2BC), (0x300, 0x36F), (0x1E00, 0x1EFF), (0x2000, 0x22FF)]
LABELS = [*PLAIN, (0x370, 0x52F), (0xFFFC, 0xFFFD)]
SYMBOLS = [(0x2100, 0x27FF), (0x2B00, 0x2BFF), (0x1F100, 0x1F1FF)]
#: Faces, people, hearts and what medicine has to do with.
EMOJI = [(0x20, 0x20), (0x200D, 0x200D), (0x2600, 0x27BF), (0xFE0F, 0xFE0F), (0x1F300, 0x1F30F), (0x1F31F, 0x1F31F)]
EMOJI += [(0x1F393, 0x1F393), (0x1F3E5, 0x1F3E5), (0x1F440, 0x1F4AF), (0x1F600, 0x1F64F), (0x1F691, 0x1F691)]
EMOJI += [(0x1F90C, 0x1F93E), (0x1F9A0, 0x1F9A0), (0x1F9B4, 0x1F9B7), (0x1F9D0, 0x1F9EC)]


def main() -> None:
    """Write every font anew; of Noto Emoji only where its file is given, for Debian has it in colours alone."""
    for old in INTO.glob("*.[ot]tf"):
        if old.name != "NotoEmoji.ttf" or sys.argv[1:]:
            old.unlink()
    make("EBGaramond-Regular.otf", TTFont(GARAMOND / "EBGaramond12-Regular.otf"), spans(WEST))
    make("EBGaramond-Italic.otf", TTFont(GARAMOND / "EBGaramond12-Italic.otf"), spans(PLAIN))
    make("NotoSerif-Regular.ttf", TTFont(NOTO / "NotoSerif-Regular.ttf"), spans(WEST))
    make("NotoSans-Regular.ttf", TTFont(NOTO / "NotoSans-Regular.ttf"), spans(LABELS))
    make("NotoSans-Bold.ttf", TTFont(NOTO / "NotoSans-Bold.ttf"), spans(PLAIN))
    make("NotoSansMono-Regular.ttf", TTFont(NOTO / "NotoSansMono-Regular.ttf"), range(0x20, 0x7F))
    make("NotoNaskhArabic-Regular.ttf", TTFont(NOTO / "NotoNaskhArabic-Regular.ttf"))
    for name in [*(f"NotoSerif{script}" for script in SERIF), *(f"NotoSans{script}" for script in SANS)]:
        make(f"{name}-Regular.ttf", TTFont(NOTO / f"{name}-Regular.ttf"))
    make("NotoSansSymbols2-Regular.ttf", TTFont(NOTO / "NotoSansSymbols2-Regular.ttf"), spans(SYMBOLS))
    make("NotoSansMath-Regular.ttf", TTFont(NOTO / "NotoSansMath-Regular.ttf"), spans([(0x2190, 0x23FF)]))
    hangul = {sign for sign in legacy("euc_kr") if 0xAC00 <= sign <= 0xD7A3}
    make("NotoSansCJKkr-Hangul.otf", korean(), hangul | set(spans([(0x3000, 0x303F), (0x3130, 0x318F)])))
    make("DroidSansFallback.ttf", TTFont(DROID), spans([(0x2E80, 0x31FF), (0x4E00, 0x9FFF), (0xFF00, 0xFFEF)]))
    for given in sys.argv[1:]:
        make("NotoEmoji.ttf", TTFont(given), spans(EMOJI))
    print(f"{sum(path.stat().st_size for path in INTO.glob('*.[ot]tf')) / 1e6:.2f} MB in all")


def make(name: str, font: TTFont, signs: Iterable[int] | None = None) -> None:
    """Write the part of a font that draws these signs, or all it has."""
    options = subset.Options(hinting=False, notdef_outline=True, name_IDs=["*"], recalc_timestamp=False)
    options.layout_features = ["*"]
    if name.startswith("EBGaramond"):
        options.layout_features = "kern liga mark mkmk ccmp locl lnum onum pnum tnum smcp c2sc case".split()
    if "CJK" in name or "Droid" in name:
        options.layout_features = ["ccmp", "ljmo", "vjmo", "tjmo", "mark", "mkmk"]
        options.drop_tables += ["vhea", "vmtx", "VORG", "BASE"]
    if name == "NotoEmoji.ttf":
        # Families and flags are written with several signs, which are drawn one beside the other: a third of the size.
        options.layout_features, font.flavor = [], None
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=list(signs if signs is not None else font.getBestCmap()))
    cutter.subset(font)
    font.save(INTO / name)
    print(f"{(INTO / name).stat().st_size:>9,} {name}", flush=True)


def spans(pairs: Iterable[tuple[int, int]]) -> list[int]:
    return [sign for first, last in pairs for sign in range(first, last + 1)]


def korean() -> TTFont:
    return next(font for font in TTCollection(CJK).fonts if font["name"].getDebugName(4) == "Noto Sans CJK KR")


def legacy(codec: str) -> set[int]:
    """Every sign that an encoding of two bytes knows."""
    pairs = (bytes((high, low)) for high in range(0x81, 0xFF) for low in range(0x40, 0xFF))
    found = (pair.decode(codec, "ignore") for pair in pairs)
    return {ord(sign) for sign in found if len(sign) == 1}


if __name__ == "__main__":
    main()
