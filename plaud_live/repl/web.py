"""The word `web`: where browsers find the surface. It is opened when it is asked for."""

from collections.abc import Callable

from plaud_live.engine.instance import read_instance
from plaud_live.repl.messages import Page
from plaud_live.repl.performance import Performance
from plaud_live.settings import run_dir

OPEN_SECONDS = 12.0
"""How long it may take to open before the prompt goes on."""


def web_word(performance: Performance) -> Callable[[], Page]:
    """The word, for the names of the prompt."""

    def web() -> Page:
        """Open the surface for browsers, and say where it is: faders, the map as a pad, scenes, hush, panic.

        The same place answers OSCQuery. With `plaud-live play --lan` phones may come, by the whole link.

        >>> web()
        """
        where = _where()
        if where is None:
            said = performance.request("web").get("text")
            where = str(said) if said else performance.until(_where, OPEN_SECONDS)
        return Page(where or "web: it is still opening — web() again says where it is")

    return web


def _where() -> str | None:
    """The whole link, with the token where others may come: it is shown, and never recorded."""
    where = read_instance(run_dir()).get("web")
    return str(where) if where else None
