"""Portraits of the sample's authors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from .brush import AMBER, CLAY, CREAM, GOLD, INK, NAVY, PLUM, ROSE, RUST, TEAL, Canvas, Pen, mix

Draw = Callable[[Pen], object]


def bust(c: Canvas, ground: str, skin: str, hair: str, cloth: str, behind: Draw, front: Draw) -> None:
    """Head and shoulders in front of a lamp's glow; `behind` and `front` are the hair's two layers."""
    c.pixels = c.fade((0, mix(ground, CREAM, 0.18)), (1, mix(ground, INK, 0.3)))
    c.glow(150, 130, 420, GOLD, 0.5)
    ring = c.mask(lambda p: p.oval(256, 262, 206, 206))
    c.lay(ring, mix(ground, CREAM, 0.3), 0.55)
    back = c.mask(behind)
    c.form(back, mix(hair, INK, 0.25), dark=INK, depth=26, lit=AMBER, rim=0.35)
    coat = c.mask(lambda p: p.blob([(60, 560), (84, 440), (170, 388), (256, 380), (342, 388), (428, 440), (452, 560)]))
    c.cast(coat, 0, -4, 14, 0.3)
    c.form(coat, cloth, dark=mix(cloth, INK, 0.8), depth=44, lit=CREAM, rim=0.4)
    neck = c.mask(lambda p: (p.box(218, 300, 76, 100, r=30), p.oval(256, 392, 56, 26)))
    c.form(neck, mix(skin, PLUM, 0.22), dark=mix(skin, INK, 0.7), depth=24, sun=(-0.5, 0.6), rim=0.05)
    for x in (164, 348):
        c.form(c.mask(lambda p, x=x: p.oval(x, 258, 17, 25)), mix(skin, ROSE, 0.15), dark=PLUM, depth=10)
    face = c.mask(
        lambda p: p.blob(
            [
                (168, 196),
                (200, 140),
                (256, 122),
                (312, 140),
                (344, 196),
                (342, 270),
                (310, 330),
                (256, 358),
                (202, 330),
                (170, 270),
            ]
        )
    )
    c.cast(face, 4, 16, 12, 0.35)
    c.form(face, skin, dark=mix(skin, PLUM, 0.6), depth=48, sun=(-0.8, -0.5), lit=CREAM, rim=0.3, shade=0.6)
    for x in (204, 308):
        c.lay(c.disc(x, 290, 34, 1.4), mix(skin, ROSE, 0.6), 0.5)
    line = mix(skin, INK, 0.8)
    c.ink(
        lambda p: (
            [p.oval(x, 252, 6.5, 8, line) for x in (218, 294)],
            [p.oval(x - 2, 249, 2, 2.4, CREAM) for x in (218, 294)],
            p.curve([(200, 228), (216, 220), (234, 226)], 5.5, mix(hair, INK, 0.35)),
            p.curve([(278, 226), (296, 220), (312, 228)], 5.5, mix(hair, INK, 0.35)),
            p.curve([(258, 250), (248, 284), (260, 290)], 4, mix(skin, INK, 0.45)),
            p.curve([(232, 316), (256, 327), (282, 314)], 5.5, mix(skin, RUST, 0.7)),
        )
    )
    top = c.mask(front)
    c.cast(top * face, 3, 9, 7, 0.5)
    c.form(top, hair, dark=INK, depth=26, lit=GOLD, rim=0.45)


def author_ines_carvalho(c: Canvas) -> None:
    """Dark bob with a fringe, mustard scarf."""
    bust(
        c,
        "#2f6a70",
        "#dba27e",
        "#3a2226",
        "#7a2f3a",
        lambda p: p.blob(
            [(130, 230), (150, 130), (256, 84), (362, 130), (382, 230), (388, 350), (330, 372), (182, 372), (124, 350)]
        ),
        lambda p: (
            p.blob([(150, 214), (160, 130), (256, 90), (352, 130), (362, 214), (330, 196), (256, 184), (182, 198)]),
            p.blob([(140, 220), (170, 180), (172, 300), (166, 350), (136, 344)]),
            p.blob([(372, 220), (342, 180), (340, 300), (346, 350), (376, 344)]),
        ),
    )
    c.form(
        c.mask(lambda p: p.blob([(176, 372), (256, 400), (336, 372), (356, 412), (256, 446), (156, 412)])),
        GOLD,
        dark=RUST,
        depth=20,
    )


def author_tobias_renner(c: Canvas) -> None:
    """Sandy quiff, beard, round glasses."""
    beard = c.mask(
        lambda p: p.blob(
            [
                (172, 256),
                (190, 292),
                (226, 300),
                (256, 296),
                (286, 300),
                (322, 292),
                (340, 256),
                (338, 326),
                (300, 372),
                (256, 384),
                (212, 372),
                (174, 326),
            ]
        )
    )
    bust(
        c,
        "#8a4a44",
        "#e9bd98",
        "#a8683c",
        NAVY,
        lambda p: p.blob([(156, 240), (156, 150), (256, 92), (356, 150), (356, 240)]),
        lambda p: p.blob(
            [
                (154, 212),
                (150, 140),
                (210, 84),
                (300, 74),
                (370, 118),
                (360, 212),
                (342, 178),
                (300, 152),
                (230, 150),
                (176, 172),
            ]
        ),
    )
    c.form(beard, "#a8683c", dark=INK, depth=22, lit=GOLD, rim=0.4)
    c.ink(
        lambda p: (
            p.curve([(236, 322), (256, 329), (278, 321)], 5, "#6a2f2a"),
            *[p.ring(x, 252, 34, 33, 5, INK) for x in (214, 298)],
            p.curve([(247, 248), (256, 243), (265, 248)], 5, INK),
        )
    )


def author_amara_nwosu(c: Canvas) -> None:
    """Cropped natural hair, gold earrings, coral top."""

    def crown(p: Pen) -> None:
        rng = np.random.default_rng(4)
        for _ in range(150):
            a, r = rng.random() * 2 * np.pi, rng.random() ** 0.5
            x, y = 256 + 124 * r * np.cos(a), 168 + 94 * r * np.sin(a)
            p.oval(x, y, 20, 19)

    def fringe(p: Pen) -> None:
        rng = np.random.default_rng(5)
        for _ in range(90):
            t = rng.random()
            p.oval(158 + 196 * t, 172 - 70 * np.sin(np.pi * t) + 34 * rng.random() - 20, 17, 16)

    bust(c, "#c98a4a", "#7a4a34", "#1f1518", CLAY, crown, fringe)
    c.ink(lambda p: [(p.ring(x, 302, 17, 19, 6, GOLD), p.oval(x, 281, 4, 4, CREAM)) for x in (160, 352)])


def author_owen_pryce(c: Canvas) -> None:
    """Grey hair, moustache, apron straps."""
    bust(
        c,
        "#5a7a5c",
        "#e3ab8c",
        "#b9b0a8",
        "#e9dcc4",
        lambda p: p.blob([(150, 250), (148, 160), (256, 100), (364, 160), (362, 250)]),
        lambda p: p.blob(
            [(152, 224), (158, 150), (232, 104), (340, 116), (362, 224), (344, 186), (300, 160), (220, 178), (176, 184)]
        ),
    )
    c.form(
        c.mask(
            lambda p: (
                p.blob([(256, 298), (226, 292), (196, 316), (230, 318), (256, 308)]),
                p.blob([(256, 298), (286, 292), (316, 316), (282, 318), (256, 308)]),
            )
        ),
        "#a89e96",
        dark=INK,
        depth=12,
        lit=CREAM,
    )
    c.form(
        c.mask(
            lambda p: (
                p.poly([(172, 392), (196, 388), (206, 520), (170, 520)]),
                p.poly([(340, 392), (316, 388), (306, 520), (342, 520)]),
                p.box(166, 470, 180, 60),
            )
        ),
        TEAL,
        dark=INK,
        depth=16,
        lit=CREAM,
    )


def author_maya_deshpande(c: Canvas) -> None:
    """Long dark hair, green jacket, rucksack strap."""
    bust(
        c,
        ROSE,
        "#b97f5a",
        "#231820",
        "#3f6a52",
        lambda p: p.blob(
            [(122, 250), (146, 130), (256, 82), (366, 130), (390, 250), (410, 440), (350, 470), (162, 470), (102, 440)]
        ),
        lambda p: (
            p.blob(
                [
                    (150, 232),
                    (158, 140),
                    (262, 88),
                    (354, 140),
                    (362, 232),
                    (342, 190),
                    (286, 130),
                    (250, 150),
                    (190, 180),
                ]
            ),
            p.blob([(146, 220), (172, 190), (176, 320), (160, 440), (112, 430)]),
            p.blob([(366, 220), (340, 190), (336, 320), (352, 440), (400, 430)]),
        ),
    )
    c.form(c.mask(lambda p: p.poly([(366, 420), (402, 430), (380, 540), (336, 540)])), "#a8683c", dark=INK, depth=12)


def author_layla_haddad(c: Canvas) -> None:
    """A draped headscarf in orange."""
    bust(
        c,
        "#34406f",
        "#d9a27c",
        "#a85a2c",
        "#7a2f3a",
        lambda p: p.blob(
            [(124, 280), (142, 140), (256, 76), (370, 140), (388, 280), (410, 430), (256, 500), (102, 430)]
        ),
        lambda p: p.oval(256, 20, 1, 1),
    )
    scarf = c.mask(
        lambda p: p.blob(
            [(126, 280), (142, 140), (256, 78), (370, 140), (386, 280), (372, 400), (256, 452), (140, 400)]
        )
    ) - c.mask(
        lambda p: p.blob(
            [
                (180, 210),
                (206, 160),
                (256, 142),
                (306, 160),
                (332, 210),
                (330, 276),
                (302, 330),
                (256, 352),
                (210, 330),
                (182, 276),
            ]
        )
    )
    scarf = np.clip(scarf, 0, 1)
    c.form(scarf, "#e08a3c", dark="#5a1f2a", depth=38, lit=CREAM, rim=0.45, shade=0.65)
    c.ink(
        lambda p: (
            p.curve([(150, 330), (220, 396), (330, 376), (380, 300)], 5, RUST, 0.55),
            p.curve([(146, 370), (236, 436), (350, 404)], 5, RUST, 0.5),
            p.curve([(160, 150), (256, 104), (340, 134)], 4, CREAM, 0.45),
        )
    )


def author_etienne_marchal(c: Canvas) -> None:
    """Black curls, grey roll-neck, a green scarf."""

    def curls(p: Pen) -> None:
        rng = np.random.default_rng(9)
        for _ in range(130):
            t = rng.random()
            p.oval(148 + 216 * t, 186 - 92 * np.sin(np.pi * t) + 46 * rng.random() - 14, 17, 17)

    bust(
        c,
        "#b9a07a",
        "#f0c8a8",
        "#241a20",
        "#6a7080",
        lambda p: p.blob([(140, 270), (146, 150), (256, 84), (366, 150), (372, 270)]),
        curls,
    )
    c.form(
        c.mask(lambda p: p.blob([(186, 366), (256, 392), (326, 366), (340, 412), (256, 440), (172, 412)])),
        "#4f8a6a",
        dark=INK,
        depth=20,
        lit=CREAM,
    )
    c.form(
        c.mask(lambda p: p.poly([(292, 420), (340, 410), (352, 540), (296, 540)])),
        "#4f8a6a",
        dark=INK,
        depth=16,
        lit=CREAM,
    )


def author_yuki_tanabe(c: Canvas) -> None:
    """Short black hair swept to one side, clear glasses, a dark jacket."""
    bust(
        c,
        "#7a5a8a",
        "#f0cba8",
        "#1d1722",
        "#26346a",
        lambda p: p.blob(
            [(134, 250), (146, 136), (256, 82), (368, 136), (378, 250), (370, 322), (330, 330), (182, 330), (142, 322)]
        ),
        lambda p: (
            p.blob(
                [
                    (148, 244),
                    (150, 140),
                    (240, 84),
                    (340, 110),
                    (366, 190),
                    (362, 250),
                    (340, 196),
                    (306, 172),
                    (240, 196),
                    (188, 186),
                    (168, 214),
                ]
            ),
        ),
    )
    c.ink(
        lambda p: (
            *[p.ring(x, 252, 36, 30, 4, RUST) for x in (214, 298)],
            p.curve([(249, 248), (256, 244), (263, 248)], 4, RUST),
        )
    )
    c.form(
        c.mask(
            lambda p: (
                p.poly([(186, 390), (256, 470), (236, 540), (150, 420)]),
                p.poly([(326, 390), (256, 470), (276, 540), (362, 420)]),
            )
        ),
        "#3a4a86",
        dark=INK,
        depth=14,
        lit=CREAM,
    )


AUTHORS = (
    author_ines_carvalho,
    author_tobias_renner,
    author_amara_nwosu,
    author_owen_pryce,
    author_maya_deshpande,
    author_layla_haddad,
    author_etienne_marchal,
    author_yuki_tanabe,
)


def draw_people(folder: Path) -> None:
    """Write every portrait."""
    for n, author in enumerate(AUTHORS):
        c = Canvas(700 + n, 512, 512)
        author(c)
        path = folder / f"{author.__name__.replace('_', '-')}.jpg"
        size, quality = c.save(path, 30_000)
        print(f"{size:>8,} q{quality}  {path.name}", flush=True)
