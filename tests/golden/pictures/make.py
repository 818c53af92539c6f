"""Writes the pictures beside it: kinds of files that the Rust encoders of the tests cannot write.

    pip install pillow && python tests/golden/pictures/make.py

Prints what Pillow reads from each: the numbers in tests/data/decode.rs.
"""

from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent
QUARTERS = [(0, 0), (16, 0), (0, 16), (16, 16)]


def quartered(mode, colours):
    picture = Image.new(mode, (32, 32))
    for corner, colour in zip(QUARTERS, colours):
        picture.paste(colour, (*corner, corner[0] + 16, corner[1] + 16))
    return picture


INKS = [(0, 0, 0, 0), (255, 0, 0, 0), (0, 128, 255, 0), (40, 80, 20, 100)]
COLOURS = [(250, 10, 20), (0, 200, 30), (5, 60, 240), (120, 120, 120)]

quartered("CMYK", INKS).save(HERE / "cmyk.jpg", quality=95)
quartered("RGB", COLOURS).save(HERE / "progressive.jpg", quality=95, progressive=True, subsampling=0)
palette = quartered("RGB", COLOURS).quantize(4)
palette.save(HERE / "palette.png", bits=2, optimize=True)
palette.save(HERE / "palette_transparent.png", bits=2, transparency=palette.getpixel((0, 0)))
# A second frame that must not be looked at.
frames = [quartered("L", [0, 127, 128, 255]), quartered("L", [255, 255, 255, 255])]
frames[0].save(HERE / "two_frames.gif", save_all=True, append_images=frames[1:])

for path in sorted(HERE.glob("*.*g*")):
    picture = Image.open(path)
    rgb = picture.convert("RGB")
    centres = [rgb.getpixel((x + 8, y + 8)) for x, y in QUARTERS]
    print(path.name, path.stat().st_size, picture.mode, centres)
