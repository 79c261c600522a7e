"""Pictures of stories: what they are follows from their content, and nothing of a camera or a trick stays in what is kept."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import PIL.Image
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from tests import worlds
from tests.books import refused
from tests.stories import OFFICER, SHOWN, Stories, drawn, photo

from cofund.actions.stories import pictures
from cofund.actions.stories.pictures import Description
from cofund.queries.stories import lists
from cofund.records.programme.models import StoryPicture

pytestmark = pytest.mark.django_db


@worlds.world
def world() -> Stories:
    """A programme."""
    return Stories.make()


def stored(picture: StoryPicture) -> list[PIL.Image.Image]:
    """What is kept of a picture, by width."""
    return [PIL.Image.open(io.BytesIO((Path(settings.MEDIA_ROOT) / path).read_bytes())) for _, _, path in picture.sizes]


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("WEBP", "RGB"), ("JPEG", "L"), ("PNG", "P")]
)
def test_picture_is_kept_in_the_widths_that_it_has(world: Stories, kind: str, mode: str) -> None:
    how = {"mode": "RGB"} if mode == "P" else {"mode": mode}
    made = pictures.add(OFFICER, world.story(), photo(kind, (2000, 1000), **how), SHOWN)
    assert [one[:2] for one in made.sizes] == [[480, 240], [960, 480], [1600, 800]]
    assert [(one.format, one.size) for one in stored(made)] == [
        (kind, (480, 240)),
        (kind, (960, 480)),
        (kind, (1600, 800)),
    ]


@pytest.mark.parametrize(
    ("size", "widths"), [((300, 100), [300]), ((480, 10), [480]), ((1000, 9), [480, 960, 1000]), ((1, 1), [1])]
)
def test_small_picture_is_never_made_larger(world: Stories, size: tuple[int, int], widths: list[int]) -> None:
    made = pictures.add(OFFICER, world.story(), photo("PNG", size), SHOWN)
    assert [one[0] for one in made.sizes] == widths


def test_nothing_of_the_camera_stays(world: Stories) -> None:
    exif = PIL.Image.Exif()
    exif[0x010F], exif[0x9286] = "CAMERAMAKER", "private comment"
    exif.get_ifd(0x8825)[2] = (50.0, 51.0, 3.0)
    content = drawn(exif=exif.tobytes(), comment=b"SECRETWORDS", icc_profile=None)
    assert b"CAMERAMAKER" in content
    assert b"SECRETWORDS" in content
    made = pictures.add(OFFICER, world.story(), SimpleUploadedFile("a.jpg", content), SHOWN)
    for one, (_, _, path) in zip(stored(made), made.sizes, strict=True):
        kept = (Path(settings.MEDIA_ROOT) / path).read_bytes()
        assert (b"CAMERAMAKER" in kept, b"SECRETWORDS" in kept, b"Exif" in kept) == (False, False, False)
        assert dict(one.getexif()) == {}


def test_words_in_a_png_do_not_stay(world: Stories) -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Location", "HOMEADDRESS")
    made = pictures.add(OFFICER, world.story(), photo("PNG", (500, 500), pnginfo=info), SHOWN)
    assert all(b"HOMEADDRESS" not in (Path(settings.MEDIA_ROOT) / path).read_bytes() for _, _, path in made.sizes)


def test_picture_that_lies_on_its_side_is_turned_upright(world: Stories) -> None:
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    made = pictures.add(OFFICER, world.story(), photo("JPEG", (400, 200), exif=exif.tobytes()), SHOWN)
    assert made.sizes[0][:2] == [200, 400]


def png_that_says(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose head states any size."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def moving() -> bytes:
    """A WebP of two pictures."""
    frames = [PIL.Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    target = io.BytesIO()
    frames[0].save(target, "WEBP", save_all=True, append_images=frames[1:], duration=100)
    return target.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("a.jpg", b"", "empty"),
        ("a.jpg", b"<script>alert(1)</script>", "no JPEG, PNG or WebP"),
        ("a.png", SVG, "no JPEG, PNG or WebP"),
        ("a.svg", SVG, "no JPEG, PNG or WebP"),
        ("a.jpg", b"GIF89a" + b"\0" * 50, "no JPEG, PNG or WebP"),
        ("a.gif", drawn("GIF", (20, 20)), "no JPEG, PNG or WebP"),
        ("a.tiff", drawn("TIFF", (20, 20)), "no JPEG, PNG or WebP"),
        ("a.pdf", b"%PDF-1.7", "no JPEG, PNG or WebP"),
        ("a.jpg", drawn()[:2000], "no JPEG, PNG or WebP"),
        ("a.png", drawn("PNG")[:200], "no JPEG, PNG or WebP"),
        ("a.png", png_that_says(50_000, 50_000), "unpacks into more"),
        ("a.png", png_that_says(7_000, 7_000), "7,000 × 7,000 pixels"),
        ("a.png", png_that_says(12_001, 1), "12,001 × 1 pixels"),
        ("a.webp", moving(), "It moves"),
        ("a.jpg", b"\xff\xd8\xff" + b"\0" * 10 * 1024 * 1024, "10.0 MB"),
    ],
    ids=[
        "nothing",
        "script",
        "svg-as-png",
        "svg",
        "gif-as-jpg",
        "gif",
        "tiff",
        "pdf",
        "cut",
        "cut-png",
        "bomb",
        "large",
        "long",
        "moves",
        "heavy",
    ],
)
def test_hostile_file_is_refused_in_words_and_nothing_is_kept(
    world: Stories, name: str, content: bytes, part: str
) -> None:
    made = world.story()
    before = sorted(Path(settings.MEDIA_ROOT).rglob("*"))
    error = refused(lambda: pictures.add(OFFICER, made, SimpleUploadedFile(name, content), SHOWN))
    assert part in error.wrong
    assert (StoryPicture.objects.count(), sorted(Path(settings.MEDIA_ROOT).rglob("*"))) == (0, before)


def test_type_follows_from_the_content_and_not_from_the_name(world: Stories) -> None:
    made = pictures.add(OFFICER, world.story(), photo("PNG", (500, 20), name="photo.jpg.exe"), SHOWN)
    assert [Path(path).suffix for _, _, path in made.sizes] == [".png", ".png"]


def test_what_hides_behind_a_picture_does_not_stay(world: Stories) -> None:
    content = drawn("JPEG", (500, 20)) + b"<script>alert(1)</script>" + b"PK\x03\x04"
    made = pictures.add(OFFICER, world.story(), SimpleUploadedFile("a.jpg", content), SHOWN)
    assert all(b"<script" not in (Path(settings.MEDIA_ROOT) / path).read_bytes() for _, _, path in made.sizes)


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        (Description("", "Jo"), {"alternative"}),
        (Description("  ", ""), {"alternative", "credit"}),
        (Description("A cup", "Jo", is_decorative=True), {"alternative"}),
        (Description("x" * 401, "y" * 201), {"alternative", "credit"}),
    ],
)
def test_picture_without_its_words_is_refused(world: Stories, said: Description, fields: set[str]) -> None:
    made = world.story()
    error = refused(lambda: pictures.add(OFFICER, made, photo(), said))
    assert set(error.fields["faults"]) == fields


def test_decorative_picture_has_no_words(world: Stories) -> None:
    made = pictures.add(OFFICER, world.story(), photo(), Description("", "Jo", is_decorative=True))
    assert (made.alternative, made.is_decorative) == ("", True)


def test_picture_is_described_anew_and_removed(world: Stories) -> None:
    story = world.story()
    made = world.with_picture(story)
    pictures.describe(OFFICER, made, Description("Two children.", "Jo"))
    made.refresh_from_db()
    assert made.alternative == "Two children."
    pictures.remove(OFFICER, made)
    assert lists.pictures_of(story) == []
    assert "removed already" in refused(lambda: pictures.remove(OFFICER, made)).wrong
    assert world.with_picture(story).number == 2


def test_picture_with_a_place_in_the_text_is_not_removed(world: Stories) -> None:
    from cofund.actions.stories import drafting
    from cofund.actions.stories.drafting import Text

    story = world.story()
    made = world.with_picture(story)
    drafting.write_version(OFFICER, story, Text("T", "S", "One\n\n{{picture.1}}"))
    assert "place for it" in refused(lambda: pictures.remove(OFFICER, made)).wrong
    error = refused(lambda: drafting.write_version(OFFICER, story, Text("T", "S", "One {{picture.1}} two")))
    assert "within a sentence" in error.wrong
