"""PIC and ROR identifiers: real ones are read in every form in which people have them, wrong ones are refused in words."""

from __future__ import annotations

import pytest

from cofund.rules.identifiers import WrongIdentifierError, lei_address, pic_address, read_pic, read_ror, ror_address

# Of the registry: Wellcome, Gates Foundation, TB Alliance, LMU Munich, Simons Foundation, Autistica, bioMérieux.
REAL = ("029chgv08", "0456r8d26", "03ms7cf36", "05591te55", "01cmst727", "036gts662", "03hf69k85")


@pytest.mark.parametrize("code", REAL)
def test_ror_of_the_registry_is_read(code: str) -> None:
    assert read_ror(code) == code


@pytest.mark.parametrize("code", REAL)
def test_ror_with_any_other_last_digit_is_refused(code: str) -> None:
    for digit in "0123456789":
        if digit != code[-1]:
            with pytest.raises(WrongIdentifierError, match="check digits"):
                read_ror(code[:-1] + digit)


@pytest.mark.parametrize("code", REAL)
def test_ror_with_two_neighbours_exchanged_is_refused(code: str) -> None:
    for at in range(1, 6):
        if code[at] != code[at + 1]:
            with pytest.raises(WrongIdentifierError, match="check digits"):
                read_ror(code[:at] + code[at + 1] + code[at] + code[at + 2 :])


@pytest.mark.parametrize(
    "typed",
    [
        "https://ror.org/029chgv08",
        "http://ror.org/029chgv08/",
        "ror.org/029CHGV08",
        " 029chgv08 ",
        "https://ROR.org/029chgv08",
    ],
)
def test_ror_is_read_from_its_address(typed: str) -> None:
    assert read_ror(typed) == "029chgv08"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("029chgv", "A ROR identifier has 9 characters, such as 029chgv08; “029chgv” has 7."),
        ("129chgv08", "A ROR identifier begins with 0; “129chgv08” does not."),
        ("029chlv08", "“029chlv08” is no ROR identifier: “l” is never part of one."),
        ("029chgvx8", "“029chgvx8” is no ROR identifier: its last two characters are digits."),
        ("https://ror.org/", "The address of a ROR record ends in its identifier; nothing stands after ror.org/."),
        (
            "029chgv09",
            "The check digits of “029chgv09” are wrong: it ends in 09 and would have to end in 08. A character was mistyped.",
        ),
    ],
)
def test_ror_that_is_wrong_is_refused_in_words(typed: str, words: str) -> None:
    with pytest.raises(WrongIdentifierError) as caught:
        read_ror(typed)
    assert str(caught.value) == words


def test_pic_is_read_with_and_without_spaces() -> None:
    assert [read_pic(typed) for typed in ("999905974", " 999 905 974 ", "")] == ["999905974", "999905974", ""]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("99990597", "A PIC has 9 digits; “99990597” has 8."),
        ("9999059745", "A PIC has 9 digits; “9999059745” has 10."),
        ("99990597x", "A PIC has digits only; “99990597x” has other characters."),
        ("٩٩٩٩٠٥٩٧٤", "A PIC has 9 digits; “٩٩٩٩٠٥٩٧٤” has 9."),
    ],
)
def test_pic_that_is_wrong_is_refused_in_words(typed: str, words: str) -> None:
    with pytest.raises(WrongIdentifierError) as caught:
        read_pic(typed)
    assert str(caught.value) == words


def test_identifiers_lead_to_where_they_are_registered() -> None:
    assert ror_address("029chgv08") == "https://ror.org/029chgv08"
    assert pic_address("999905974").endswith("/org-details/999905974")
    assert lei_address("5493001KJTIIGC8Y1R12").endswith("/record/5493001KJTIIGC8Y1R12")
