"""PURE. The table of how the service is watched over, and its keys."""

from pydantic import Field

from config.shapes import Shape
from config.vocabulary import Flag, Length, Sealed


class ServiceShape(Shape):
    """How the service is watched over."""

    called = "the service"
    table = "[service]"

    ping: Sealed | None = Field(
        None,
        description="An address that is asked again and again as long as planning and delivery "
        "are well; whoever is behind it warns when it is asked no more.",
        examples=[{"env": "PING_URL"}],
    )
    ping_every: Length | None = Field(
        None, description='How often it is asked. Default: "5 minutes".', examples=["5 minutes"]
    )
    allow_private: Flag = Field(
        False, description="Whether `ping` may lead into a private network, and without TLS."
    )
    metrics_token: Sealed | None = Field(
        None,
        description="Whoever shows this token may read the metrics from anywhere.",
        examples=[{"env": "METRICS_TOKEN"}],
    )
