"""A plan that was read, with its own words and templates of messages proven where it has any."""

from dataclasses import replace

from config.load import Loaded


def proved(loaded: Loaded) -> Loaded:
    """The plan with what is doubtful in its templates among the warnings.

    Raises `ConfigError` where one of them cannot be used. What renders messages is imported only
    for a plan that has templates: it takes longer than reading one.
    """
    if loaded.plan.templates is None:
        return loaded
    from scheduler.messages.proving import prove  # noqa: PLC0415

    return replace(loaded, warnings=prove(loaded.plan, loaded.warnings))
