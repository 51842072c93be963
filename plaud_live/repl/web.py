"""The word `web`: where browsers find the surface. It is opened when it is asked for."""

from collections.abc import Callable

from plaud_live.engine.instance import read_instance
from plaud_live.repl.messages import Page
from plaud_live.repl.performance import Performance
from plaud_live.settings import run_dir


def web_word(performance: Performance) -> Callable[[], Page]:
    """The word, for the names of the prompt."""

    def web() -> Page:
        """Open the surface for browsers, and say where it is: faders, the map as a pad, scenes, hush, panic.

        The same place answers OSCQuery. With `plaud-live play --lan` phones may come, by the whole link.

        >>> web()
        """
        where = read_instance(run_dir()).get("web")
        if where:
            return Page(str(where))
        performance.request("web")
        return Page("web: opening …")

    return web
