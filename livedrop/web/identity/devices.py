"""What a browser is called where somebody looks for the one that is not theirs."""

import re

from flask import request

# The first that is found: each names the ones below it as well.
PROGRAMS = {
    r"Edg(e|A|iOS)?/": "Edge",
    r"OPR/|Opera": "Opera",
    r"SamsungBrowser/": "Samsung Internet",
    r"Firefox/|FxiOS/": "Firefox",
    r"Chrome/|CriOS/": "Chrome",
    r"Safari/": "Safari",
    r"curl/": "curl",
}
SYSTEMS = {
    r"iPhone": "iPhone",
    r"iPad": "iPad",
    r"Android": "Android",
    r"CrOS": "ChromeOS",
    r"Windows": "Windows",
    r"Mac OS X|Macintosh": "Mac",
    r"Linux|X11": "Linux",
}


def here() -> str:
    """Of the browser that asks; these few words are all that is kept of what it says."""
    return called(request.user_agent.string)


def called(says: str) -> str:
    """`Firefox on Windows`, or as much of it as can be told."""
    program, system = _first(PROGRAMS, says), _first(SYSTEMS, says)
    if program and system:
        return f"{program} on {system}"
    return program or (f"A browser on {system}" if system else "Another program")


def _first(names: dict[str, str], says: str) -> str | None:
    return next((name for pattern, name in names.items() if re.search(pattern, says)), None)
