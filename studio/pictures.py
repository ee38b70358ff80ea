"""Draws the pictures of the sample modules, always the same way: `python studio/pictures.py`."""

import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

MODULES = Path(__file__).resolve().parent.parent / "content" / "modules"

TEAL, AMBER, INK, PAPER = "#0a6a68", "#b3681a", "#1b2a2f", "#fbfaf6"
MIST, SAND, BODY, LIMB, STONE, GREY = "#dcebe8", "#f3e3cf", "#a9cfca", "#7fb5af", "#c9c2b2", "#55656a"

FINE = 2  # everything is drawn this much larger, then scaled down, so that edges are smooth

FACES = {
    False: ["DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf"],
    True: ["DejaVuSans-Bold.ttf", "NotoSans-Bold.ttf", "LiberationSans-Bold.ttf"],
}


def face(size, bold=False):
    """The first of our typefaces that this machine has."""
    for name in FACES[bold]:
        try:
            return ImageFont.truetype(name, size * FINE)
        except OSError:
            continue
    raise SystemExit("Install one of these fonts: " + ", ".join(FACES[bold]))


class Sheet:
    """A sheet of paper with a pen that draws smooth, rounded, flat shapes."""

    def __init__(self, width, height):
        self.size = (width, height)
        self.image = Image.new("RGB", (width * FINE, height * FINE), PAPER)
        self.pen = ImageDraw.Draw(self.image)

    def line(self, points, colour=INK, width=4):
        """A line with round ends and joints."""
        dots = [(x * FINE, y * FINE) for x, y in points]
        self.pen.line(dots, fill=colour, width=width * FINE, joint="curve")
        radius = width * FINE / 2
        for x, y in dots:
            self.pen.ellipse([x - radius, y - radius, x + radius, y + radius], fill=colour)

    def dashes(self, start, end, colour=AMBER, width=4, dash=16, gap=12):
        length = math.dist(start, end)
        way = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
        at = 0
        while at < length:
            to = min(at + dash, length)
            here = (start[0] + way[0] * at, start[1] + way[1] * at)
            there = (start[0] + way[0] * to, start[1] + way[1] * to)
            self.line([here, there], colour, width)
            at += dash + gap

    def box(self, left, top, right, bottom, fill, radius=0, edge=None, width=0):
        self.pen.rounded_rectangle(
            [left * FINE, top * FINE, right * FINE, bottom * FINE],
            radius=radius * FINE,
            fill=fill,
            outline=edge,
            width=width * FINE,
        )

    def shape(self, points, fill):
        self.pen.polygon([(x * FINE, y * FINE) for x, y in points], fill=fill)

    def disc(self, x, y, radius, fill):
        self.pen.ellipse([at * FINE for at in (x - radius, y - radius, x + radius, y + radius)], fill=fill)

    def heart(self, x, y, size, fill=AMBER):
        points = []
        for step in range(120):
            t = step / 120 * 2 * math.pi
            across = 16 * math.sin(t) ** 3
            up = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
            points.append((x + across * size / 32, y - up * size / 32))
        self.shape(points, fill)

    def text(self, x, y, words, size=30, colour=INK, bold=False, anchor="lm"):
        """Words, perhaps of several lines, about the point (x, y)."""
        lines = words.split("\n")
        step = size * 1.3
        first = y - step * (len(lines) - 1) / 2
        for number, line in enumerate(lines):
            at = (x * FINE, (first + number * step) * FINE)
            self.pen.text(at, line, fill=colour, font=face(size, bold), anchor=anchor)

    def trim(self, top):
        """Cuts a strip of empty paper from the top."""
        width, height = self.size
        self.image = self.image.crop((0, top * FINE, width * FINE, height * FINE))
        self.size = (width, height - top)

    def save(self, *where):
        path = MODULES.joinpath(*where)
        path.parent.mkdir(parents=True, exist_ok=True)
        small = self.image.resize(self.size, Image.Resampling.LANCZOS)
        small.quantize(96, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)


def curve(start, pull, push, end, steps=400):
    """Points along a smooth curve from start to end, drawn towards the two points between."""
    points = []
    for step in range(steps + 1):
        t = step / steps
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        points.append(
            tuple(sum(w * p[axis] for w, p in zip(weights, (start, pull, push, end), strict=True)) for axis in (0, 1))
        )
    return points


def draw_cuff():
    """The index line and the range of a cuff, on an arm, and the three ways they may meet."""
    sheet = Sheet(1400, 1000)
    arm = [
        (0, 190),
        (230, 196),
        (520, 214),
        (860, 226),
        (960, 232),
        (1160, 246),
        (1400, 268),
        (1400, 452),
        (1160, 468),
        (960, 476),
        (860, 478),
        (520, 486),
        (230, 504),
        (0, 512),
    ]
    sheet.shape(arm, BODY)
    sheet.line([(958, 262), (966, 300), (968, 352), (964, 410), (957, 446)], GREY, 4)

    sheet.box(330, 178, 800, 522, TEAL, radius=34)
    sheet.box(640, 178, 716, 522, MIST)
    sheet.box(640, 268, 716, 432, SAND)
    for y in (268, 432):
        sheet.line([(640, y), (716, y)], INK, 5)
    sheet.line([(330, 346), (716, 346)], AMBER, 9)
    sheet.shape([(800, 330), (800, 374), (838, 352)], AMBER)

    sheet.line([(326, 340), (230, 100)], INK, 3)
    sheet.text(220, 74, "Index line", 32, bold=True, anchor="mm")
    sheet.line([(690, 290), (720, 100)], INK, 3)
    sheet.text(720, 74, "Range", 32, bold=True, anchor="mm")
    sheet.line([(826, 346), (1010, 130)], INK, 3)
    sheet.text(1024, 100, "Artery mark,\nover the pulse", 32, bold=True)

    sheet.line([(804, 560), (956, 560)], INK, 4)
    for x in (804, 956):
        sheet.line([(x, 544), (x, 576)], INK, 4)
    sheet.text(880, 606, "2 to 3 cm", 32, bold=True, anchor="mm")
    sheet.line([(966, 446), (1020, 584)], INK, 3)
    sheet.text(1002, 612, "Crease of the elbow", 31, bold=True)
    sheet.text(60, 352, "to the\nshoulder", 28, GREY)
    sheet.text(1340, 360, "to the\nhand", 28, GREY, anchor="rm")

    sheet.line([(60, 680), (1340, 680)], STONE, 3)
    cases = [
        ("It fits", "the line is inside the range", 0.5, TEAL),
        ("Too small", "the line falls short", -0.16, AMBER),
        ("Too large", "the line goes beyond", 1.16, AMBER),
    ]
    for number, (name, why, where, colour) in enumerate(cases):
        left = 70 + number * 440
        sheet.box(left, 740, left + 380, 820, MIST, radius=12)
        sheet.box(left + 110, 740, left + 270, 820, SAND)
        for x in (left + 110, left + 270):
            sheet.line([(x, 740), (x, 820)], INK, 5)
        at = left + 110 + 160 * where
        sheet.line([(at, 722), (at, 838)], colour, 10)
        sheet.text(left, 890, name, 34, colour if colour == TEAL else INK, bold=True)
        sheet.text(left, 938, why, 28, GREY)
    sheet.save("measuring-bp", "img", "cuff.png")


def draw_position(words, *where):
    """A person seated for a reading; words are the labels, in the order used below."""
    talk, back, bladder, legs, feet, level, table = words
    sheet = Sheet(1400, 960)
    sheet.line([(300, 906), (1376, 906)], STONE, 6)

    sheet.line([(452, 300), (452, 896)], INK, 16)
    sheet.line([(536, 620), (536, 394)], BODY, 140)
    sheet.disc(548, 214, 76, BODY)
    sheet.disc(624, 222, 15, BODY)
    sheet.line([(544, 280), (540, 340)], BODY, 58)
    sheet.line([(540, 636), (780, 636)], BODY, 92)
    sheet.line([(784, 646), (784, 846)], BODY, 72)
    sheet.line([(776, 876), (852, 876)], BODY, 50)
    sheet.line([(452, 690), (684, 690), (684, 896)], INK, 16)

    sheet.box(690, 566, 1376, 586, STONE, radius=6)
    sheet.box(1338, 580, 1360, 903, STONE)
    sheet.box(980, 466, 1110, 566, INK, radius=12)
    sheet.box(996, 482, 1094, 538, MIST, radius=6)
    sheet.heart(1045, 510, 34, AMBER)

    sheet.line([(566, 384), (656, 534)], LIMB, 66)
    sheet.line([(656, 539), (850, 539)], LIMB, 54)
    sheet.line([(596, 432), (626, 480)], TEAL, 84)
    cuff = (611, 456)
    for x, y in curve((652, 470), (760, 350), (840, 560), (982, 516)):
        sheet.disc(x, y, 2.5, INK)
    sheet.heart(516, 456, 54)
    sheet.dashes((150, 456), (488, 456))
    sheet.dashes((548, 456), cuff)

    def label(x, y, text, to, anchor="lm"):
        lines = text.count("\n")
        sheet.line([(x + (-14 if anchor == "lm" else 14), y + lines * 18), to], INK, 3)
        sheet.disc(*to, 7, PAPER if to == cuff else INK)
        sheet.text(x, y, text, 32, bold=True, anchor=anchor)

    label(760, 180, talk, (606, 246))
    label(380, 330, back, (452, 350), "rm")
    label(380, 580, bladder, (500, 630), "rm")
    label(900, 680, table, (846, 576))
    label(900, 766, legs, (790, 750))
    label(926, 852, feet, (852, 876))
    label(820, 312, level, cuff)
    sheet.trim(top=80)
    sheet.save(*where)


def draw_errors():
    """How far common errors move a systolic reading."""
    sheet = Sheet(1400, 720)
    rows = [
        ("Cuff two sizes too small", 19.5),
        ("Arm hanging at the side", 6.5),
        ("Cuff one size too small", 4.8),
        ("Arm resting on the lap", 3.9),
        ("Cuff one size too large", -3.6),
    ]
    zero, unit = 640, 31
    sheet.text(60, 64, "Error in the systolic reading, mmHg", 36, bold=True)
    for mark in (0, 5, 10, 15, 20):
        x = zero + mark * unit
        sheet.line([(x, 130), (x, 620)], STONE if mark else INK, 2 if mark else 4)
        sheet.text(x, 654, str(mark), 28, GREY, anchor="mm")
    for number, (name, value) in enumerate(rows):
        y = 176 + number * 98
        ends = sorted((zero, zero + value * unit))
        sheet.box(ends[0], y - 30, ends[1], y + 30, AMBER if value > 0 else TEAL)
        sheet.text(60, y, name, 30)
        shown = f"+{value}" if value > 0 else f"−{-value}"
        if value > 0:
            sheet.box(ends[1] + 6, y - 22, ends[1] + 14 + 20 * len(shown), y + 22, PAPER)
            sheet.text(ends[1] + 14, y, shown, 30, bold=True)
        else:
            sheet.text(zero + 14, y, shown, 30, TEAL, bold=True)
    sheet.save("measuring-bp", "img", "errors.png")


def draw_eight_minutes():
    """Which minute of a case is for what."""
    sheet = Sheet(1400, 560)
    parts = [
        (0, 1, "Question,\nperson", TEAL, PAPER),
        (1, 3, "The story", MIST, INK),
        (3, 5, "The findings,\nand the gaps", BODY, INK),
        (5, 6, "Tried,\nat hand", MIST, INK),
        (6, 8, "Questions,\nideas", AMBER, PAPER),
    ]
    left, unit = 60, 160
    sheet.text(left, 66, "A case in eight minutes", 36, bold=True)
    for start, end, name, fill, colour in parts:
        sheet.box(left + start * unit + 3, 170, left + end * unit - 3, 340, fill, radius=10)
        size = 24 if end - start == 1 else 29
        sheet.text(left + (start + end) / 2 * unit, 255, name, size, colour, bold=True, anchor="mm")
    sheet.text(left, 136, "You speak: six minutes", 28, TEAL, bold=True)
    sheet.text(left + 6 * unit, 136, "The room: two", 28, INK, bold=True)
    for minute in range(9):
        x = left + minute * unit
        strong = minute in (0, 1, 3, 5, 6, 8)
        sheet.line([(x, 362), (x, 384 if strong else 374)], INK if strong else STONE, 4)
        if strong:
            sheet.text(x, 414, str(minute), 30, bold=True, anchor="mm")
    sheet.text(left + 4 * unit, 462, "minutes", 28, GREY, anchor="mm")
    sheet.text(left, 514, "Say the question first, and once more at minute six.", 28, INK)
    sheet.save("presenting-a-case", "img", "eight-minutes.png")


def draw_aware():
    """The three groups of antibiotics as a traffic light."""
    sheet = Sheet(1400, 720)
    groups = [
        ("Access", "First choice for\ncommon infections", "amoxicillin cefalexin doxycycline nitrofurantoin", TEAL),
        ("Watch", "Only for infections\nthat need them", "azithromycin cefixime ceftriaxone ciprofloxacin", AMBER),
        ("Reserve", "Last resort, with a\nspecialist's advice", "colistin linezolid", INK),
    ]
    signs = ["Go first", "Stop and think", "Ask"]
    for number, (name, use, examples, colour) in enumerate(groups):
        left = 50 + number * 440
        sheet.box(left, 50, left + 420, 670, "#ffffff", radius=22, edge=STONE, width=3)
        sheet.box(left, 50, left + 420, 230, colour, radius=22)
        sheet.box(left, 190, left + 420, 230, colour)
        sheet.disc(left + 76, 140, 34, PAPER)
        sheet.disc(left + 76, 140, 24, colour)
        sheet.text(left + 136, 118, name, 46, PAPER, bold=True)
        sheet.text(left + 138, 176, signs[number], 27, PAPER)
        sheet.text(left + 34, 302, use, 31, INK, bold=True)
        sheet.text(left + 34, 400, "for example", 26, GREY)
        for row, example in enumerate(examples.split()):
            sheet.text(left + 34, 452 + row * 54, example, 31)
    sheet.save("antibiotic-stewardship", "img", "aware.png")


def svg(width, height, title, parts):
    """A drawing as SVG text, without script."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" font-family="system-ui, \'DejaVu Sans\', Verdana, sans-serif">'
    )
    paper = f'<rect width="{width}" height="{height}" fill="{PAPER}"/>'
    return "\n".join([head, f"<title>{title}</title>", paper, *parts, "</svg>", ""])


def write_svg(words, x, y, size=30, colour=INK, bold=False, anchor="start"):
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{colour}"{weight} text-anchor="{anchor}" '
        f'dominant-baseline="central">{words}</text>'
    )


def draw_hub():
    """A hub, eight clinics, and the ring that joins them."""
    wide, high, ring = 1200, 860, 310
    x0, y0 = wide / 2, high / 2
    dotted = f'fill="none" stroke="{AMBER}" stroke-width="5" stroke-dasharray="4 14" stroke-linecap="round"'
    parts = [f'<circle cx="{x0:g}" cy="{y0:g}" r="{ring}" {dotted}/>']
    places = [(x0 + ring * math.sin(n * math.pi / 4), y0 - ring * math.cos(n * math.pi / 4)) for n in range(8)]
    for x, y in places:
        parts.append(f'<line x1="{x0:g}" y1="{y0:g}" x2="{x:.1f}" y2="{y:.1f}" stroke="{TEAL}" stroke-width="7"/>')
    for x, y in places:
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="62" fill="{MIST}" stroke="{TEAL}" stroke-width="5"/>')
        parts.append(write_svg("clinic", round(x, 1), round(y, 1), 28, INK, anchor="middle"))
    parts.append(f'<circle cx="{x0:g}" cy="{y0:g}" r="108" fill="{TEAL}" stroke="{PAPER}" stroke-width="10"/>')
    parts.append(write_svg("Hub", x0, y0 - 16, 46, PAPER, True, "middle"))
    parts.append(write_svg("mentors", x0, y0 + 32, 28, PAPER, anchor="middle"))
    parts.append(f'<line x1="40" y1="60" x2="100" y2="60" stroke="{TEAL}" stroke-width="7"/>')
    parts.append(write_svg("cases and advice", 118, 60, 26))
    parts.append(f'<line x1="40" y1="106" x2="100" y2="106" {dotted}/>')
    parts.append(write_svg("clinic to clinic", 118, 106, 26))
    path = MODULES / "starting-a-programme" / "img" / "hub-and-spoke.svg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(svg(wide, high, "A hub with eight clinics", parts), encoding="utf-8")


def draw_waiting():
    """The same talk to read, to hear and to watch, on three lines: how long one waits."""
    wide, high, left, right = 1200, 800, 250, 1060
    low, top = math.log10(0.1), math.log10(7200)

    def across(seconds):
        return left + (math.log10(seconds) - low) / (top - low) * (right - left)

    parts = [write_svg("How long you wait", 40, 48, 34, INK, True)]
    for seconds, name in ((0.1, "0.1 s"), (1, "1 s"), (10, "10 s"), (60, "1 min"), (600, "10 min"), (3600, "1 h")):
        x = across(seconds)
        parts.append(f'<line x1="{x:.1f}" y1="96" x2="{x:.1f}" y2="712" stroke="{STONE}" stroke-width="2"/>')
        parts.append(write_svg(name, round(x, 1), 744, 24, GREY, anchor="middle"))
    things = [("Read", "31 kB", 0.031), ("Hear", "2.4 MB", 2.4), ("Watch", "26 MB", 26)]
    lines = [("64 kbit/s", 0.064, AMBER), ("256 kbit/s", 0.256, LIMB), ("1 Mbit/s", 1, TEAL)]
    spoken = [["4 s", "1 s", "0.2 s"], ["5 min", "75 s", "19 s"], ["54 min", "14 min", "3.5 min"]]
    for row, (name, size, megabytes) in enumerate(things):
        y = 116 + row * 204
        parts.append(write_svg(name, 40, y + 66, 36, INK, True))
        parts.append(write_svg(size, 40, y + 110, 26, GREY))
        for column, (_, speed, colour) in enumerate(lines):
            end = across(megabytes * 8 / speed)
            at = y + column * 58
            parts.append(f'<rect x="{left}" y="{at}" width="{end - left:.1f}" height="48" fill="{colour}"/>')
            words = spoken[row][column]
            room = len(words) * 14 + 6
            parts.append(f'<rect x="{end + 6:.1f}" y="{at + 6}" width="{room}" height="36" fill="{PAPER}"/>')
            parts.append(write_svg(words, round(end + 12, 1), at + 25, 26, INK, True))
    for number, (name, _, colour) in enumerate(lines):
        x = 560 + number * 210
        parts.append(f'<rect x="{x}" y="34" width="28" height="28" fill="{colour}"/>')
        parts.append(write_svg(name, x + 40, 49, 26))
    parts.append(write_svg("Each mark on the scale is many times the one before.", left, 780, 22, GREY))
    path = MODULES / "bad-line" / "img" / "waiting.svg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(svg(wide, high, "Waiting times on three lines", parts), encoding="utf-8")


ENGLISH = (
    "Nobody talks",
    "Back supported",
    "Bladder empty",
    "Legs uncrossed",
    "Feet flat on the floor",
    "Middle of the cuff at\nthe height of the heart",
    "Arm on a table",
)
SPANISH = (
    "Nadie habla",
    "Espalda apoyada",
    "Vejiga vacía",
    "Piernas sin cruzar",
    "Pies planos en el piso",
    "Centro del brazalete a\nla altura del corazón",
    "Brazo sobre una mesa",
)

if __name__ == "__main__":
    draw_cuff()
    draw_position(ENGLISH, "measuring-bp", "img", "position.png")
    draw_position(SPANISH, "medir-la-presion", "img", "posicion.png")
    draw_errors()
    draw_eight_minutes()
    draw_aware()
    draw_hub()
    draw_waiting()
