"""The schemes themselves, as TOML files, and their texts by name."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import Final

# The SHA-256 of every text that ever came with the product, by the code of its scheme; the last is that of the present text. By it
# `cofund setup` knows a scheme that an office has never changed, and may take in a newer version of it.
DIGESTS: Final = {
    "cbe": (
        "a67bb663b483815663097c54de258ef4074824b259ffe488abf8bccf2a4b15f4",
        "a2086fea88200be021992a5e781e61ad2ea81bb74fe38e976668a2998cd846e8",
        "26c58d094b0d4e8e2b5c610f5d1317ef03fb230de824ce86ddd36b612b88bf56",
        "4330ac3655b3c9b980d8ad63299db4bf9946850593a0f38a7b28b0daefa9f77b",
        "f472595dd6d315968434887a3d7e23439be4350bf4e6e340ad32af6de41b3285",
    ),
    "edctp3": (
        "700b5e58907b997b2c732c71ec59da1449eff16c15be70bc15f1cce22aca1c81",
        "752eaf1617b5beef3c752de5e802b8ff32e751b6176046eed7157295ceef5a95",
        "502b6186fceea8ceb04e93f036502405497e1f0e652de64dbc0604df059b571e",
        "6bcfad4d6e809a1e885728d0ebc7f97cd6794d99df9df1e36dcc7dd0691d22f1",
        "5128bb989819d3a369339d3499ba9d5b9d5c98fc21c54fe70ffc4c8970c262d4",
    ),
    "foundation": ("9d1413ebbd3e290271b68912842c466db2f0a63f07d4a7193376d7db7c14881a",),
    "ihi": (
        "118bf6286f1f76aa9430181732788140620212a5bb32871ab44a203ae23be7d4",
        "d6393067da3935816735dccd13d9a9f6dcbb27366805de0851c1d6a7a4aca2a6",
        "8a70e5c2412fda1b689c2b05051e02e03afacfa949c6d5fac7099f8e51740ec3",
        "88dfb3070534d86fa23aab06d49223dbc0a0f0fdc41fc67fb9ff6417bb9ec914",
        "1db641eb7ca1c4dee9a1b9a6caf3b68efeda1bc1be7d8879f3e2bac8baf52de4",
        "82215b5d4612def0721bb03cb1d74731946e3eb4ebad62f05d13c498a316fefc",
    ),
    "imi2": (
        "b034501b8dc66fb1bb33d7d1bbbe5483aa6d17465531f875292885cbc01a95eb",
        "cbbc31ae327c19ba66e7028b660497829b0b00d73bc0d3142752775e54cef2cb",
        "779071c11319e9f5587058c3ca5cce9bd8a42d2f3323bb419b56826b30cc49b6",
        "90d35a73d1ef010b9103f1d516d9bf1673c105d45cf822e8a1691f398b5714f5",
        "d5793ae91324845e96788362938eaffddd6ecc95bf3f4e16b42696c16e87262f",
    ),
}


def shipped() -> dict[str, str]:
    """The text of each scheme that comes with the product, by the name of its file (`imi2.toml`)."""
    folder = files("cofund.schemes")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return {name: (folder / name).read_text(encoding="utf-8") for name in names}


def is_earlier(code: str, digest: str) -> bool:
    """Tell whether a text with this SHA-256 came with an earlier state of the product, and was replaced since."""
    return digest in DIGESTS.get(code, ())[:-1]


def digest_of(text: str) -> str:
    """The SHA-256 of a scheme's text."""
    return hashlib.sha256(text.encode()).hexdigest()
