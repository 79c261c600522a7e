"""The links in the e-mails of the newsletter: signed, each good for one thing, and the header fields that carry them."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils.crypto import salted_hmac

from cofund.queries import languages
from cofund.records.programme.models import FitAlert, Subscriber

_CONFIRM, _OWN, _LEAVE, _ALERTS = (
    f"cofund.newsletter.{name}" for name in ("confirm", "preferences", "leave", "alerts")
)


def address_digest(email: str) -> str:
    """A keyed hash of an e-mail address, by which it is known again and cannot be told."""
    return salted_hmac("cofund.newsletter.address", email.strip().lower(), algorithm="sha256").hexdigest()


def confirming(token: str, language: str) -> str:
    """The address that confirms a sign-up, in the language of who asked."""
    return _address("newsletter-confirm", Signer(salt=_CONFIRM).sign(token), language)


def preferences(subscriber: Subscriber) -> str:
    """The address of a subscriber's own page."""
    return _address("newsletter-preferences", own_token(subscriber), subscriber.language)


def own_token(subscriber: Subscriber) -> str:
    """What opens a subscriber's own page."""
    return Signer(salt=_OWN).sign(subscriber.mark)


def leaving(subscriber: Subscriber) -> str:
    """The address at which a subscriber leaves."""
    return _address("newsletter-leave", Signer(salt=_LEAVE).sign(subscriber.mark), subscriber.language)


def stopping(alert: FitAlert) -> str:
    """The address that stops the alerts of a partner's person."""
    return _address("alerts-stop", Signer(salt=_ALERTS).sign(str(alert.pk)), languages.ENGLISH)


def sign_up_token(signed: str) -> str:
    """The token of a link that confirms; empty where the link is not of this site."""
    return _unsigned(_CONFIRM, signed)


def subscriber_of(signed: str) -> Subscriber | None:
    """Whose own page a link opens; None where the link is not of this site, or the subscriber is gone."""
    return Subscriber.objects.filter(mark=_unsigned(_OWN, signed) or None).first()


def is_leaving(signed: str) -> bool:
    """Whether a link to leave is one of this site."""
    return bool(_unsigned(_LEAVE, signed))


def leaver_of(signed: str) -> Subscriber | None:
    """Who leaves by a link; None where the link is not of this site, or the subscriber is gone already."""
    return Subscriber.objects.filter(mark=_unsigned(_LEAVE, signed) or None).first()


def alert_of(signed: str) -> FitAlert | None:
    """Whose alerts a link stops; None where the link is not of this site."""
    key = _unsigned(_ALERTS, signed)
    return FitAlert.objects.select_related("user").filter(pk=int(key)).first() if key else None


def headers(leave_at: str, *, list_name: str = "", mail_word: str = "") -> dict[str, str]:
    """The header fields of an e-mail that its reader can be rid of in one click.

    Args:
        leave_at: the address that takes the click, as a POST without a session.
        list_name: what kind of e-mail it is, for `List-Id`.
        mail_word: what an e-mail that leaves says in its subject, where the site has an address for those.

    Source: RFC 2369, RFC 2919 and RFC 8058; the last asks for HTTPS, without which the field for one click is left out.
    """
    ways = [f"<{leave_at}>"]
    if settings.COFUND_EMAIL_LEAVE and mail_word:
        ways.append(f"<mailto:{settings.COFUND_EMAIL_LEAVE}?subject={quote(mail_word)}>")
    found = {"List-Unsubscribe": ", ".join(ways)}
    if leave_at.startswith("https://"):
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if list_name:
        found["List-Id"] = f"<{list_name}.{urlsplit(settings.COFUND_SITE_URL).hostname or 'localhost'}>"
    return found


def subscriber_headers(subscriber: Subscriber) -> dict[str, str]:
    """The header fields of whatever the newsletter sends to a subscriber."""
    word = f"leave {Signer(salt=_LEAVE).sign(subscriber.mark)}"
    return {**headers(leaving(subscriber), list_name="newsletter", mail_word=word), "Precedence": "bulk"}


def _unsigned(salt: str, signed: str) -> str:
    """What a link carries; empty where this site did not sign it."""
    try:
        return Signer(salt=salt).unsign(signed)
    except BadSignature:
        return ""


def _address(name: str, token: str, language: str) -> str:
    """The whole address of a page, for an e-mail in a language."""
    return languages.page(name, [token], language)
