"""A reader of iCalendar files after the grammar of RFC 5545 and nothing else, beside two libraries, one of which wrote them."""

from __future__ import annotations

import re

# content line = name *(";" parameter) ":" value (section 3.1); control characters but for the tab are none of a value.
LINE = re.compile(
    r'(?P<name>[A-Za-z0-9-]+)(?P<parameters>(;[A-Za-z0-9-]+=("[^"\x00-\x08\x0a-\x1f]*"|[^";:,\x00-\x08\x0a-\x1f]*)'
    r'(,("[^"]*"|[^";:,]*))*)*):(?P<value>[^\x00-\x08\x0a-\x1f]*)'
)
DAY = re.compile(r"\d{8}")
INSTANT = re.compile(r"\d{8}T\d{6}Z")
# A comma, semicolon or backslash of a text is escaped (section 3.3.11).
TEXT = re.compile(r"([^\\;,]|\\[\\;,nN])*")
ESCAPED = re.compile(r"\\([\\;,n])")
ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "URL", "TRANSP"}


def problems(content: bytes) -> list[str]:
    """What a file does against the grammar; empty where it is sound."""
    found = []
    if (
        not content.endswith(b"\r\n")
        or b"\n" in content.replace(b"\r\n", b"")
        or b"\r" in content.replace(b"\r\n", b"")
    ):
        found.append("a line does not end with CR LF")
    physical = content.split(b"\r\n")
    found += [f"line {number} has {len(line)} octets" for number, line in enumerate(physical, 1) if len(line) > 75]
    lines = content.replace(b"\r\n ", b"").replace(b"\r\n\t", b"").decode().split("\r\n")[:-1]
    found += [f"no content line: {line!r}" for line in lines if not LINE.fullmatch(line)]
    return found or _structure(lines)


def events(content: bytes) -> list[dict[str, str]]:
    """The events of a file: value by name, text unescaped."""
    lines = content.replace(b"\r\n ", b"").decode().split("\r\n")
    found: list[dict[str, str]] = []
    for line in lines:
        if line == "BEGIN:VEVENT":
            found.append({})
        parts = LINE.fullmatch(line)
        if parts and found and parts["name"] not in ("BEGIN", "END"):
            found[-1][parts["name"]] = ESCAPED.sub(lambda one: one[1].replace("n", "\n"), parts["value"])
    return found


def _structure(lines: list[str]) -> list[str]:
    """What is wrong with the components: their nesting, what each must have, and what it may have once."""
    found = []
    if (lines[0], lines[-1]) != ("BEGIN:VCALENDAR", "END:VCALENDAR"):
        found.append("it is no single VCALENDAR")
    names = [line.split(":")[0] for line in lines]
    for needed in ("VERSION", "PRODID"):
        if names.count(needed) != 1:
            found.append(f"{needed} stands {names.count(needed)} times")
    inside: list[str] | None = None
    keys = []
    for line in lines:
        if line == "BEGIN:VEVENT":
            inside = []
        elif line == "END:VEVENT" and inside is not None:
            found += _event(inside)
            keys += [each for each in inside if each.startswith("UID:")]
            inside = None
        elif inside is not None:
            inside.append(line)
    return found + [f"{key} stands twice" for key in set(keys) if keys.count(key) > 1]


def _event(lines: list[str]) -> list[str]:
    """What is wrong with one event."""
    found = []
    parsed = [match for line in lines if (match := LINE.fullmatch(line))]
    names = [match["name"] for match in parsed]
    found += [f"an event without {name}" for name in ("UID", "DTSTAMP", "DTSTART", "SUMMARY") if name not in names]
    found += [f"{name} stands twice" for name in ONCE if names.count(name) > 1]
    for match in parsed:
        name, value = match["name"], match["value"]
        if name == "DTSTAMP" and not INSTANT.fullmatch(value):
            found.append(f"DTSTAMP {value} is no instant in UTC")
        if name in ("DTSTART", "DTEND") and (";VALUE=DATE" not in match["parameters"] or not DAY.fullmatch(value)):
            found.append(f"{name} {value} is no whole day")
        if name in ("SUMMARY", "DESCRIPTION") and not TEXT.fullmatch(value):
            found.append(f"{name} has a character that is not escaped: {value}")
    return found
