"""The wheel: the one ornament, and the one way that progress is drawn. One spoke an item, filled as items are done."""

from functools import lru_cache
from math import cos, pi, sin

from markupsafe import Markup, escape

_MOST = 48
"""Spokes past this many would run together: a longer path is drawn in proportion."""


def wheel(total: int, done: int = 0, size: int = 64, label: str = "") -> Markup:
    """SVG of a wheel of `total` spokes, the first `done` filled, `size` CSS pixels wide; ornament without `label`."""
    if total > _MOST:
        done, total = done * _MOST // total, _MOST
    named = Markup(f'role="img" aria-label="{escape(label)}"') if label else Markup('aria-hidden="true"')
    return Markup('<svg class="wheel" width="{0}" height="{0}" viewBox="0 0 100 100" {1}>{2}</svg>').format(
        size, named, _drawn(total, done)
    )


def hub(clinics: int = 15, size: int = 360) -> Markup:
    """The ornament of the home page: the hub, its spokes, and the clinics along the rim."""
    spokes = "".join(_spoke(n, clinics, 14, 38) for n in range(clinics))
    dots = "".join(
        '<circle cx="{}" cy="{}" r="{}"{}/>'.format(
            *_point(n, clinics, 44), (2.1, 3.4, 2.6)[n % 3], ' class="far"' if n in (4, 11) else ""
        )
        for n in range(clinics)
    )
    return Markup(
        f'<svg class="wheel hubs" width="{size}" height="{size}" viewBox="0 0 100 100" aria-hidden="true">'
        f'<circle class="rim" cx="50" cy="50" r="44"/><path d="{spokes}"/>{dots}'
        '<circle class="hub" cx="50" cy="50" r="7.5"/></svg>'
    )


@lru_cache(maxsize=512)
def _drawn(total: int, done: int) -> Markup:
    filled = "".join(_spoke(n, total) for n in range(done))
    open_ = "".join(_spoke(n, total) for n in range(done, total))
    # One broad dashed circle makes the fine spokes behind.
    parts = [
        '<circle class="fine" cx="50" cy="50" r="27.5" pathLength="240"/>',
        '<circle class="rim" cx="50" cy="50" r="46"/>',
    ]
    if done and done >= total:
        parts.append('<circle class="done" cx="50" cy="50" r="46"/>')
    elif done:
        x, y = _point(done, total, 46)
        parts.append(f'<path class="done" d="M50 4A46 46 0 {int(done * 2 > total)} 1 {x} {y}"/>')
    parts += [f'<path class="todo" d="{open_}"/>'] if open_ else []
    parts += [f'<path class="done" d="{filled}"/>'] if filled else []
    return Markup("".join(parts) + '<circle class="hub" cx="50" cy="50" r="7"/>')


def _spoke(n: int, total: int, start: float = 16, end: float = 39) -> str:
    return "M{} {}L{} {}".format(*_point(n, total, start), *_point(n, total, end))


def _point(n: int, total: int, radius: float) -> tuple[str, str]:
    angle = 2 * pi * n / total - pi / 2
    return f"{50 + radius * cos(angle):.3g}", f"{50 + radius * sin(angle):.3g}"
