"""Builders for tests of stories: a programme in which JDRF gives to a project, people, stories in any state, and pictures."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, field
from typing import Any

import PIL.Image
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.books import MILLION, Office, shipped
from tests.place import Place
from tests.rights import partner

from cofund.actions.actors import Actor
from cofund.actions.stories import drafting, pictures, steps
from cofund.actions.stories.drafting import Text, Ties
from cofund.actions.stories.pictures import Description
from cofund.queries import clock
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation, User
from cofund.records.programme.models import Project, Story, StoryPicture
from cofund.rules import roles

OFFICER = Actor("Olga Office", roles.OFFICER)
SCIENCE = Actor("Sven Science", roles.SCIENTIFIC_OFFICER)
TEXT = Text("How it began", "A knock at the door.", "Once there was *a knock*.", "Jo Writer")
SHOWN = Description("A child holds a cup.", "Photo: Jo Writer, CC BY 4.0")


@dataclass
class Stories:
    """IMI2 with 3.0 m of JDRF committed to the project p1, and 7.0 m of a foundation only pledged."""

    office: Office
    jdrf: Organisation
    project: Project
    people: dict[str, User] = field(default_factory=dict)

    @classmethod
    def make(cls) -> Stories:
        """Open the book and book both."""
        office = Office.with_scheme(shipped("imi2"), "imi2")
        target = Target(topic=office.topic("T1"))
        office.endorse(office.pledge(3 * MILLION, "JDRF", kind="FC_JU", target=target).contribution)
        office.reserve(target)
        project = office.project("p1", target.topic)
        office.commit(target, project)
        office.pledge(7 * MILLION, "Quiet Fund", kind="FC_JU", target=Target(topic=office.topic("T2")))
        return cls(office, office.organisation("JDRF"), project)

    def given(self, name: str) -> Target:
        """A topic to which somebody gave 2.0 m that are reserved, and not public yet."""
        target = Target(topic=self.office.topic("T3"))
        self.office.endorse(self.office.pledge(2 * MILLION, name, kind="FC_JU", target=target).contribution)
        self.office.reserve(target)
        return target

    @property
    def ties(self) -> Ties:
        """What the stories of these tests are about."""
        return Ties(self.office.row, (self.jdrf,), (self.project,))

    def person(self, role: str) -> User:
        """Somebody with a role; the partner is JDRF's and holds every right."""
        if role not in self.people:
            if role == roles.PARTNER:
                self.people[role] = partner("partner", self.jdrf, "read", "apply", "sign", "delegate")
            else:
                made = User(username=role, email=f"{role}@example.org", role="" if role == roles.PUBLIC else role)
                made.set_unusable_password()
                made.save()
                self.people[role] = made
        return self.people[role]

    def own(self) -> Actor:
        """JDRF's person."""
        return Actor.of(self.person(roles.PARTNER))

    def story(self, state: str = "draft", *, actor: Actor = OFFICER, **text: str) -> Story:
        """A story about JDRF and its project, brought into a state by the steps of its life."""
        stated = {"title": TEXT.title, "summary": TEXT.summary, "body": TEXT.body, "author": TEXT.author} | text
        made = drafting.draft(actor, Story.Kind.PARTNER, Text(**stated), self.ties)
        return self.brought(made, state)

    def brought(self, made: Story, state: str) -> Story:
        """A draft, brought into a state."""
        if state != "draft":
            steps.submit(OFFICER, made)
        if state in ("published", "withdrawn"):
            steps.publish(OFFICER, made)
        if state == "withdrawn":
            steps.withdraw(OFFICER, made, "It named somebody who did not agree.")
        made.refresh_from_db()
        return made

    def scheduled(self, hours: int, **text: str) -> Story:
        """A story that comes out in some hours."""
        made = self.story("in_review", **text)
        steps.publish(OFFICER, made, clock.now() + dt.timedelta(hours=hours))
        made.refresh_from_db()
        return made

    def with_picture(self, story: Story, **how: Any) -> StoryPicture:
        """A picture of a story."""
        return pictures.add(OFFICER, story, photo(**how), SHOWN)


def photo(
    kind: str = "JPEG", size: tuple[int, int] = (2000, 1000), name: str = "photo.jpg", **how: Any
) -> SimpleUploadedFile:
    """A picture as somebody hands it in."""
    return SimpleUploadedFile(name, drawn(kind, size, **how))


def drawn(kind: str = "JPEG", size: tuple[int, int] = (2000, 1000), mode: str = "RGB", **how: Any) -> bytes:
    """A picture with two colours, as bytes."""
    image = PIL.Image.new(mode, size, (200, 60, 20, 128)[: len(mode)] if mode != "L" else 90)
    image.paste(image.getpixel((0, 0)), (0, 0, size[0] // 2 or 1, size[1]))
    target = io.BytesIO()
    image.save(target, kind, **how)
    return target.getvalue()


def place() -> Place:
    """A story in every state, with a picture and figures, and who writes, reviews and reads."""
    world = Stories.make()
    names = (roles.PARTNER, roles.OFFICER, roles.SCIENTIFIC_OFFICER)
    people = {name: world.person(name) for name in names}
    figures = "It gives {{ partner.given }}, matched with {{ partner.matched }}."
    body = f"{figures}\n\n## What came of it\n\n{{{{ picture.1 }}}}\n\n- One\n- Two"
    keys: dict[str, Any] = {}
    for state in ("draft", "in_review", "published", "withdrawn"):
        made = world.story(title=f"A story that is {state}", actor=world.own())
        picture = world.with_picture(made)
        pictures.add(OFFICER, made, photo("PNG", (600, 300)), Description("", "Jo Writer", is_decorative=True))
        drafting.write_version(
            OFFICER, made, Text(f"How a {state} story began", TEXT.summary, body, TEXT.author), "More"
        )
        world.brought(made, state)
        keys |= {state: made.slug, "picture": f"1-{picture.mark}-480.jpg"}
    asked = world.story("in_review", title="What the office read", actor=world.own())
    steps.send_back(OFFICER, asked, "Say who was there.")
    return Place(people, {**keys, "asked": asked.slug})


def story_of(office: Office, organisation: Organisation, state: str) -> Story:
    """A story about an organisation of any site, and about its projects, owned by JDRF."""
    jdrf = office.organisation("JDRF")
    ties = Ties(office.row, (organisation,), tuple(Project.objects.filter(scheme=office.row)[:2]))
    made = drafting.draft(OFFICER, Story.Kind.NEWS, TEXT, ties)
    Story.objects.filter(pk=made.pk).update(owner=jdrf)
    if state == "published":
        steps.submit(OFFICER, made)
        steps.publish(OFFICER, made)
    return made
