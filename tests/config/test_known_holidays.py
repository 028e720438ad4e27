"""Plans whose dates come near the end of the years whose holidays are known."""

from calendars.workdays import known_to
from config.load import load_texts


def test_the_last_year_whose_holidays_are_known_is_warned_of() -> None:
    last = known_to("KE")
    text = f"""
[plan]
holidays = ["KE"]
[people.bob]
name = "Bob"
email = "bob@example.org"
[channels.email]
type = "console"
[tracks.one]
owner = "bob"
[[tracks.one.milestones]]
id = "a"
title = "A"
due = {last}-06-30
"""
    warned = [problem.headline for problem in load_texts({"plan.toml": text}).warnings]
    assert warned == [
        f'plan.toml:3:12: warning: the holidays of "KE" are known to {last}; '
        "reminders after it count none"
    ]
    before = text.replace(str(last), str(last - 1))
    assert load_texts({"plan.toml": before}).warnings == ()
    assert load_texts({"plan.toml": f'{text}status = "done"'}).warnings == ()
