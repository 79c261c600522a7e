"""Where a request comes from: only what the site's own proxy writes is believed."""

from __future__ import annotations

import pytest

from cofund.rules.origins import origin


@pytest.mark.parametrize(
    ("forwarded", "behind_proxy", "expected"),
    [
        ("", False, "192.0.2.1"),
        ("198.51.100.7", False, "192.0.2.1"),
        ("198.51.100.7", True, "198.51.100.7"),
        ("10.0.0.1, 198.51.100.7 ", True, "198.51.100.7"),
        ("", True, "192.0.2.1"),
    ],
)
def test_origin_is_what_the_proxy_saw(forwarded: str, behind_proxy: bool, expected: str) -> None:
    assert origin(forwarded, "192.0.2.1", behind_proxy=behind_proxy) == expected
