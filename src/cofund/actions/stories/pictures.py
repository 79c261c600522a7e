"""Pictures of stories: read by their content, drawn anew without what cameras write into a file, in the widths that pages need."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Max

from cofund.actions import audit, files
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused, all_of
from cofund.actions.locks import writing
from cofund.actions.stories import checks
from cofund.queries import clock
from cofund.queries.stories import reading
from cofund.records.programme.models import Story, StoryPicture

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES: Final = 10 * 1024 * 1024
# A file of a few bytes can unpack into gigabytes: the size that it states is held against this before it is unpacked.
MOST_PIXELS: Final = 40_000_000
MOST_SIDE: Final = 12_000
MOST_PICTURES: Final = 30
WIDTHS: Final = (480, 960, 1600)
# What is read, by what Pillow calls it, with the suffix it is kept under and how it is written.
FORMATS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "JPEG": (".jpg", {"quality": 82, "optimize": True, "progressive": True}),
    "PNG": (".png", {"optimize": True}),
    "WEBP": (".webp", {"quality": 82, "method": 4}),
}
IN_WORDS: Final = "JPEG, PNG or WebP"


@dataclass(frozen=True, slots=True)
class Description:
    """What a picture shows, for who does not see it (or that it is decorative), and who made it."""

    alternative: str
    credit: str
    is_decorative: bool = False


def add(
    actor: Actor, story: Story, upload: UploadedFile[bytes], said: Description, *, at: datetime | None = None
) -> StoryPicture:
    """Add a picture to a draft: what it is follows from its content, and nothing but what it shows is kept.

    Raises:
        NotAllowed: the role does not include it, or the story is another organisation's.
        Refused: the story is no draft, the picture is no JPEG, PNG or WebP, too large, moving, broken, or not described.
    """
    asked, instant = "You asked to add a picture.", at or clock.now()
    stated = _described(asked, said)
    with writing():
        row = checks.locked(story)
        checks.check(actor, "add story picture", row, asked)
        if StoryPicture.objects.filter(story=row, removed_at=None).count() >= MOST_PICTURES:
            wrong = f"The story has {MOST_PICTURES} pictures, which is the most it can have."
            raise Refused(asked=asked, wrong=wrong, remedy="Remove one first.", field="file")
        content = _content(asked, upload)
        sizes = _sizes(asked, content)
        number = (StoryPicture.objects.filter(story=row).aggregate(Max("number"))["number__max"] or 0) + 1
        made = StoryPicture(
            story=row,
            number=number,
            mark=hashlib.sha256(content).hexdigest()[:16],
            sizes=sizes,
            alternative=stated.alternative,
            is_decorative=stated.is_decorative,
            credit=stated.credit,
            added_by=actor.name,
            added_at=instant,
        )
        made.save(force_insert=True)
        after = {"picture": number, "sizes": [[width, height] for width, height, _ in sizes]}
        audit.record(actor, "add story picture", checks.subject(row), at=instant, after=after)
        return made


def describe(actor: Actor, picture: StoryPicture, said: Description, *, at: datetime | None = None) -> StoryPicture:
    """Change what a picture is said to show, and who made it. Raises NotAllowed; Refused where it is not described."""
    asked, instant = "You asked to describe a picture.", at or clock.now()
    stated = _described(asked, said)
    with writing():
        row = checks.locked(picture.story)
        checks.check(actor, "describe story picture", row, asked)
        found = StoryPicture.objects.get(pk=picture.pk)
        before = {"alternative": found.alternative, "is_decorative": found.is_decorative, "credit": found.credit}
        found.alternative, found.is_decorative = stated.alternative, stated.is_decorative
        found.credit = stated.credit
        found.save(update_fields=["alternative", "is_decorative", "credit"])
        after = {"picture": found.number, "alternative": found.alternative, "credit": found.credit}
        where = checks.subject(row)
        audit.record(actor, "describe story picture", where, at=instant, before=before, after=after)
        return found


def remove(actor: Actor, picture: StoryPicture, *, at: datetime | None = None) -> StoryPicture:
    """Take a picture out of a draft; versions that show it go on without it.

    Raises:
        NotAllowed: the role does not include it, or the story is another organisation's.
        Refused: the story is no draft, the picture is removed already, or the text has a place for it.
    """
    asked, instant = "You asked to remove a picture.", at or clock.now()
    with writing():
        row = checks.locked(picture.story)
        checks.check(actor, "remove story picture", row, asked)
        found = StoryPicture.objects.filter(pk=picture.pk, removed_at=None).first()
        if found is None:
            raise Refused(asked=asked, wrong="It is removed already.", remedy="Nothing is to be done.")
        if row.latest is not None and found.number in reading.placed_pictures(row.latest.body):
            raise Refused(asked=asked, wrong="The text has a place for it.", remedy="Take it out of the text first.")
        found.removed_at = instant
        found.save(update_fields=["removed_at"])
        audit.record(actor, "remove story picture", checks.subject(row), at=instant, after={"picture": found.number})
        return found


def _described(asked: str, said: Description) -> Description:
    """What is said of a picture, without the space around it.

    Raises:
        Refused: neither words nor that it is decorative, or both; or nobody is credited.
    """
    words, credit = " ".join(said.alternative.split()), " ".join(said.credit.split())
    wrong: dict[str, str] = {}
    if said.is_decorative and words:
        wrong["alternative"] = "It is said to be decorative, and has words. Clear one of the two."
    if not said.is_decorative and not words:
        wrong["alternative"] = (
            "What it shows is missing: who does not see it is told nothing. Describe it, or tick that it is decorative."
        )
    if len(words) > 400:
        wrong["alternative"] = f"It has {len(words):,} characters; at most 400 are taken. Shorten it."
    if not credit or len(credit) > 200:
        wrong["credit"] = "Say in at most 200 characters who made it, and under which terms it may be shown."
    if wrong:
        raise all_of(asked, wrong)
    return Description(words, credit, said.is_decorative)


def _content(asked: str, upload: UploadedFile[bytes]) -> bytes:
    """What was handed in. Raises Refused where it is empty or has too many bytes."""
    if not upload.size:
        raise Refused(asked=asked, wrong="The file is empty.", remedy="Choose it again.", field="file")
    if upload.size > MOST_BYTES:
        wrong = f"It has {upload.size / 1024 / 1024:.1f} MB; at most {MOST_BYTES // 1024 // 1024} MB are taken."
        raise Refused(asked=asked, wrong=wrong, remedy="Make it smaller.", field="file")
    content: bytes = upload.read()
    return content


def _sizes(asked: str, content: bytes) -> list[list[Any]]:
    """Draw a picture anew in every width that it has, and keep them: `[width, height, path]`, narrowest first.

    Raises:
        Refused: it is no picture that is taken, too large, moving, or broken.
    """
    image, kind = _read(asked, content)
    suffix, options = FORMATS[kind]
    widths = [width for width in WIDTHS if width < image.width] + [min(image.width, WIDTHS[-1])]
    found: list[list[Any]] = []
    for width in dict.fromkeys(widths):
        height = max(1, (image.height * width + image.width // 2) // image.width)
        drawn = image if width == image.width else image.resize((width, height), _lanczos())
        target = io.BytesIO()
        drawn.save(target, kind, **options)
        kept = files.keep_content(target.getvalue(), f"picture{suffix}", suffix)
        found.append([width, height, kept.path])
    return found


def _read(asked: str, content: bytes) -> tuple[Image, str]:
    """A picture as plain pixels, upright, with what kind of file it was.

    Raises:
        Refused: it is no picture that is taken, too large, moving, or broken.
    """
    import PIL.Image
    from PIL import ImageOps

    def refused(wrong: str, remedy: str) -> Refused:
        return Refused(asked=asked, wrong=wrong, remedy=remedy, field="file")

    try:
        with warnings.catch_warnings():
            # What Pillow would only warn of is held below.
            warnings.simplefilter("ignore")
            opened = PIL.Image.open(io.BytesIO(content), formats=list(FORMATS))
            kind, (width, height) = str(opened.format), opened.size
            if width * height > MOST_PIXELS or max(width, height) > MOST_SIDE:
                raise refused(
                    f"It has {width:,} × {height:,} pixels; at most {MOST_PIXELS // 1_000_000} million are taken, and "
                    f"{MOST_SIDE:,} on a side.",
                    "Make it smaller.",
                )
            if getattr(opened, "n_frames", 1) > 1:
                raise refused("It moves.", "Hand in a picture that stands still.")
            opened.load()
            upright = ImageOps.exif_transpose(opened) or opened
            return _plain(upright, kind), kind
    except Refused:
        raise
    except PIL.Image.DecompressionBombError as error:
        raise refused("It unpacks into more than any picture has.", "Make it smaller.") from error
    except Exception as error:  # whatever a broken file makes the reader of pictures do
        raise refused(f"It is no {IN_WORDS} file, or it is broken.", f"Save it as {IN_WORDS} and add that.") from error


def _plain(image: Image, kind: str) -> Image:
    """The pixels alone, in the colours of the web: no text, no place, no camera, no profile stays with them."""
    import PIL.Image
    from PIL import ImageCms

    has_alpha = kind != "JPEG" and ("A" in image.mode or "transparency" in image.info)
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            found = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            image = found or image
        except (ImageCms.PyCMSError, OSError):
            # A profile that cannot be read is as none.
            pass
    converted = image.convert("RGBA" if has_alpha else "RGB")
    plain = PIL.Image.new(converted.mode, converted.size)
    plain.paste(converted)
    return plain


def _lanczos() -> Any:
    """How a picture is made smaller."""
    import PIL.Image

    return PIL.Image.Resampling.LANCZOS
