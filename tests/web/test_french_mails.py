"""E-mails to the public in the language of the page on which somebody asked: what confirms, what is new, what became of an idea."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests import english
from tests.newsletter import issue, subscriber
from tests.publishing import hold
from tests.stories import Stories
from tests.topics import SCIENCE, Topics

from cofund.actions import idea_review, ideas
from cofund.actions.actors import Actor
from cofund.actions.newsletter import sending
from cofund.actions.topics import NewTopic, open_topic
from cofund.queries import clock, languages
from cofund.queries.newsletter import letters, news, wording
from cofund.queries.newsletter.news import Item
from cofund.records.directory.models import Message, User
from cofund.records.programme.models import Idea, SignUp, Subscriber, Topic
from cofund.rules import roles
from cofund.web.office import tokens

pytestmark = pytest.mark.django_db
SITE = "https://cofund.example.org"
THIN, FIRM = "\u202f", "\u00a0"
EMAIL = "anne@example.org"


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    """A site with an address of its own."""
    settings.COFUND_SITE_URL = SITE


@pytest.fixture
def world() -> Topics:
    """A programme with a topic that the public is consulted on."""
    made = Topics.make()
    made.consulted(made.written())
    return made


def sent(purpose: str) -> Message:
    """The last e-mail of a purpose."""
    return Message.objects.filter(purpose=purpose).latest("pk")


def link(message: Message) -> str:
    """The path of the link in an e-mail."""
    return next(line for line in message.text.splitlines() if line.startswith(SITE)).removeprefix(SITE)


def ask(client: Client, name: str, *args: str, prefix: str = "/fr", **data: str) -> int:
    """Send a form of the public."""
    status: int = client.post(f"{prefix}{reverse(name, args=args)}", {**data, "token": tokens.new()}).status_code
    return status


def follow(client: Client, *, prefix: str = "/fr", email: str = EMAIL) -> Message:
    """Ask to follow the topic; the e-mail that confirms."""
    assert ask(client, "newsletter-follow", "imi2", "T1", prefix=prefix, email=email) == 302
    return sent("confirm newsletter")


def knock(client: Client, prefix: str) -> Message:
    """Offer a contribution to the topic; the e-mail that confirms."""
    Topic.objects.filter(code="T1").update(status="scoping")
    said = {"organisation_name": "Fondation Exemple", "country": "FR", "kind": "foundation", "person": "Anne Exemple"}
    said |= {"email": EMAIL, "form": "cash", "text": "Nous aimerions contribuer."}
    assert ask(client, "contribute", "imi2", "T1", prefix=prefix, **said) == 302
    return sent("confirm interest")


def comment(client: Client, prefix: str) -> Message:
    """Comment on the topic; the e-mail that confirms."""
    said = {"text": "Parlez des enfants.", "author_name": "Anne Exemple", "email": EMAIL}
    assert ask(client, "topic-comment", "imi2", "T1", prefix=prefix, **said) == 302
    return sent("confirm comment")


def suggest(client: Client, prefix: str) -> Message:
    """Suggest a topic; the e-mail that confirms."""
    said = {"scheme": "imi2", "title": "Dépister plus tôt", "challenge": "Personne ne le peut seul.", "partners": ""}
    said |= {"proposer_name": "Anne Exemple", "proposer_email": EMAIL}
    assert ask(client, "idea-suggest", prefix=prefix, **said) == 302
    return sent("confirm idea")


def newsletter(client: Client, prefix: str) -> Message:
    """Ask for the newsletter; the e-mail that confirms."""
    assert ask(client, "newsletter", prefix=prefix, email=EMAIL) == 302
    return sent("confirm newsletter")


def following(client: Client, prefix: str) -> Message:
    """Ask to follow the topic; the e-mail that confirms."""
    return follow(client, prefix=prefix)


@pytest.mark.parametrize("asking", [newsletter, following, knock, comment, suggest])
def test_mail_that_confirms_is_in_the_language_of_the_page(world: Topics, client: Client, asking: Any) -> None:
    message, records = asking(client, "/fr"), english.recorded()
    assert english.left([message.subject, *message.text.split("\n\n")], records) == []
    assert link(message).startswith("/fr/")
    page = client.get(link(message))
    assert (page.status_code, '<html lang="fr">' in page.text) == (200, True)
    assert client.post(link(message)).headers["Location"].startswith("/fr/")
    # Whoever asks on the English page is written to in English, also after that.
    other = asking(client, "")
    assert english.left([other.text], records) == [other.text]
    assert link(other).startswith("/") and not link(other).startswith("/fr/")


def test_language_of_the_page_is_kept_for_what_a_subscriber_gets(world: Topics, client: Client) -> None:
    client.post(link(follow(client)))
    row = Subscriber.objects.get()
    assert (row.language, SignUp.objects.get().language) == ("fr", "fr")
    # Who has chosen keeps its choice, on whatever page it asks for more.
    Subscriber.objects.update(language="en")
    client.post(link(newsletter(client, "/fr")))
    assert [one.language for one in Subscriber.objects.all()] == ["en"]


def test_news_of_a_followed_topic_come_in_french_with_links_to_french_pages(world: Topics, client: Client) -> None:
    topic = Topic.objects.get(code="T1")
    past = clock.now() - dt.timedelta(hours=1)
    reader = subscriber(EMAIL, topic, language="fr")
    reader.followed.update(told_until=past)
    assert sending.tell_followers(at=clock.now() + dt.timedelta(minutes=2)) == 1
    message = sent("followed topic")
    assert message.subject == "Du nouveau sur T1"
    assert message.body is not None
    records = english.recorded()
    assert english.left([message.subject, *message.body.text.splitlines()], records) == []
    assert f"{SITE}/fr/programmes/imi2/topics/T1/" in message.body.text
    assert f'href="{SITE}/fr/programmes/imi2/topics/T1/"' in message.body.html
    assert f"Se désabonner en un clic{FIRM}: [[leave]]" in message.body.text
    paths = {name: address.removeprefix(SITE) for name, address in message.fills.items()}
    assert all(path.startswith("/fr/newsletter/") for path in paths.values())
    assert message.headers["List-Unsubscribe"].startswith(f"<{SITE}/fr/newsletter/leave/")
    assert client.post(paths["leave"], {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Subscriber.objects.count() == 0


def test_issue_keeps_what_the_office_wrote_and_says_the_rest_in_french() -> None:
    site = Stories.make()
    site.story("published")
    open_topic(Actor("Olga", roles.OFFICER), NewTopic("imi2", "T9", "Insulin that is still made"))
    row = issue()
    letter = letters.of_issue(row, news.of_plain(row.items), {"imi2": "Initiative"}, "fr")
    assert (letter.subject, "Dear reader," in letter.text) == ("News of the month", True)
    assert "* Insulin that is still made\n  Nouveau thème (T9), Initiative\n" in letter.text
    assert "  Récit de partenaire au sujet de JDRF, Initiative\n" in letter.text
    assert f"En ligne{FIRM}: {SITE}/fr/newsletter/archive/{row.pk}/" in letter.text
    written = [*english.recorded(), "News of the month", "Dear reader,", "this is new."]
    assert english.left(letter.text.splitlines(), written) == []
    assert f"{SITE}/fr/programmes/imi2/topics/T9/" in letter.html
    assert 'lang="fr"' in letter.html
    # What is kept is English, and an English reader gets it so.
    assert "New topic (T9), Initiative" in letters.of_issue(row, news.of_plain(row.items), {"imi2": "Initiative"}).text


def test_archive_says_the_same_news_in_french_and_leads_to_french_pages(client: Client) -> None:
    Stories.make()
    open_topic(Actor("Olga", roles.OFFICER), NewTopic("imi2", "T9", "Insulin that is still made"))
    address = reverse("newsletter-issue", args=[issue("sent").pk])
    french, plain = (client.get(f"{prefix}{address}").text for prefix in ("/fr", ""))
    assert ("Nouveau thème (T9)" in french, "New topic (T9)" in french, "New topic (T9)" in plain) == (
        True,
        False,
        True,
    )
    assert 'href="/fr/programmes/imi2/topics/T9/"' in french
    assert 'href="/programmes/imi2/topics/T9/"' in plain


@pytest.mark.parametrize(
    ("theme", "title", "said", "names", "french"),
    [
        ("topics", "A title", "No project came out of it (T1)", (), ("A title", "Aucun projet n’en est issu (T1)")),
        ("ideas", "A title", "Idea", (), ("A title", "Idée")),
        ("ideas", "A title", "Idea, proposed by Ann", (), ("A title", "Idée, proposée par Ann")),
        ("stories", "A title", "News", (), ("A title", "Actualités")),
        (
            "stories", "A title", "Partner story about Bill and Melinda and JDRF", ("Bill and Melinda", "JDRF"),
            ("A title", "Récit de partenaire au sujet de Bill and Melinda et JDRF"),
        ),
        (
            "contributions", "JDRF and Wellcome: EUR 1,234,567.50", "To T1", ("JDRF", "Wellcome"),
            (f"JDRF et Wellcome{FIRM}: 1{THIN}234{THIN}567,50{FIRM}EUR", "Pour T1"),
        ),
        (
            "contributions", "An organisation: EUR 7", "To T1", (),
            (f"Une organisation{FIRM}: 7{FIRM}EUR", "Pour T1"),
        ),
        ("decisions", "A title", "Decision GB-1 of 1 March 2026", (), ("A title", "Décision GB-1 du 1er mars 2026")),
        ("decisions", "A title", "Decision of 12 August 2026", (), ("A title", "Décision du 12 août 2026")),
    ],
)  # fmt: skip
def test_news_of_each_theme_is_said_in_french(
    theme: str, title: str, said: str, names: tuple[str, ...], french: tuple[str, str]
) -> None:
    item = Item(theme, "imi2", "", "x/1", title, said, "/", names)
    assert wording.said(item) is item
    with languages.speaking(languages.FRENCH):
        found = wording.said(item)
    assert (found.title, found.said) == french


def test_names_that_are_held_back_since_are_in_no_list_of_names() -> None:
    site = Stories.make()
    made = site.story("published")
    (item,) = (one for one in news.between(clock.now() - dt.timedelta(days=1), clock.now()) if one.theme == "stories")
    assert item.names == ("JDRF",)
    hold(site.office, made.organisations.get(), "name", until=clock.today() + dt.timedelta(days=30))
    (now,) = news.readable(news.of_plain(news.plain((item,))))
    assert now.names == ()


def test_what_became_of_an_idea_is_told_in_the_language_of_its_form(world: Topics, client: Client) -> None:
    client.post(link(suggest(client, "/fr")))
    row = Idea.objects.get()
    assert row.language == "fr"
    # The office decides in English.
    idea_review.decline(SCIENCE, row, "Elle est déjà traitée.")
    message = sent("idea decided")
    assert message.subject == f"Votre idée {row.reference}{FIRM}: refusée"
    assert english.left(message.text.split("\n\n"), english.recorded()) == []
    assert f"Motif{FIRM}: Elle est déjà traitée." in message.text


def test_office_is_told_in_english_whatever_page_a_visitor_is_on(world: Topics, client: Client) -> None:
    User.objects.create_user("olga", "olga@office.example", role=roles.OFFICER)
    client.post(link(knock(client, "/fr")))
    message = sent("new lead")
    assert message.subject.startswith("New lead for T1")
    assert f"{SITE}/office/leads/" in message.text


def test_languages_of_addresses_are_told_apart_on_any_page() -> None:
    assert ideas.NewIdea("imi2", "T", "C").language == "en"
    assert languages.page("newsletter", [], "fr") == f"{SITE}/fr/newsletter/"
    assert languages.at("/fr/topics/", "en") == f"{SITE}/topics/"
    assert languages.at("/france/", "fr") == f"{SITE}/fr/france/"
