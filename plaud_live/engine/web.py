"""Keeps the web's process: started when somebody wants it, replaced when it dies, ended with the session."""

import time

from plaud_live.engine.child import Child
from plaud_live.engine.engines import House
from plaud_live.engine.link import Message
from plaud_live.settings import WEB_PORT

MODULE = "plaud_live.web"
AGAIN_SECONDS = 0.5
SOON_SECONDS = 5.0
MAX_CRASHES = 4


class WebKeeper:
    """Owns one child, from `start` on. `port`: where it begins to look for a free one."""

    def __init__(self, house: House, snapshot_fd: int, port: int | None) -> None:
        self._house = house
        self._snapshot_fd = snapshot_fd
        self._port = WEB_PORT if port is None else port
        self._child: Child | None = None
        self._url = ""
        self._since = 0.0
        self._crashes = 0
        self._asked = False  # whoever asked says where it is

    def ask(self) -> None:
        """Somebody wants it: start it. Who asks finds in instance.json where it is, with the token."""
        if self._child is None:
            self._crashes, self._asked = 0, True
            self.start()

    def start(self) -> None:
        """Start it, if it does not run."""
        if self._child is not None:
            return
        self._since = time.monotonic()
        arguments = ["--port", str(self._port), "--snapshot", str(self._snapshot_fd)]
        self._child = Child(MODULE, arguments, [self._snapshot_fd])
        self._house.watch.add(self._child, self._on_message, self._on_gone)

    def end(self, seconds: float) -> None:
        """End it, within `seconds`."""
        child, self._child = self._child, None
        if child is not None:
            self._house.watch.forget(child)
            child.channel.close()
            child.end(seconds)

    def _on_message(self, child: Child, message: Message) -> None:
        if message.get("event") == "serving":
            url, self._url = self._url, str(message["url"])
            self._port = int(message["port"])  # another process serves at the same place
            self._house.publish(web=self._url, web_pid=child.pid)
            if self._url != url and not self._asked:
                self._say_where()
            self._asked = False
        elif message.get("event") == "message":
            self._house.say(str(message.get("text")))

    def _say_where(self) -> None:
        """Without the token: what is said is recorded."""
        url, _, token = self._url.partition("?")
        self._house.say(f"web: {url}" + (" — web() shows the link for others" if token else ""))

    def _on_gone(self, child: Child) -> None:
        child.end(1.0)
        self._child = None
        self._house.publish(web_pid=None)
        soon = time.monotonic() - self._since < SOON_SECONDS
        self._crashes = self._crashes + 1 if soon else 1
        self._house.log("web died", child.last_words())
        if self._url and self._crashes < MAX_CRASHES:
            self._house.watch.later(AGAIN_SECONDS, self.start)
        else:  # it never came up, or does not stay
            self._house.publish(web=None)
            self._house.say(f"no web: {child.last_words()}")
            self._url = ""
