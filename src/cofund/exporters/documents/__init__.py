"""Documents that go out as tagged PDF; each is a template beside its module."""
