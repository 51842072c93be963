"""The prompt on a terminal: one prompt_toolkit session, lines above it, three lines of toolbar below."""

import asyncio
import contextlib
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from concurrent.futures import Future, wait
from typing import Any, TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.history import History
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.output import Output, create_output
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.styles import Style

from plaud_live.repl import guard
from plaud_live.repl.completion import complete, describe_word
from plaud_live.repl.desk import Desk
from plaud_live.repl.evaluate import Result
from plaud_live.repl.fitting import fitted, width_in
from plaud_live.repl.history import AcceptedHistory
from plaud_live.repl.keys import terminal_keys
from plaud_live.repl.messages import explain
from plaud_live.repl.pages import KEYS

PROMPT, MORE = "> ", ". "
REFRESH_SECONDS = 0.1
SHORT_SECONDS = 0.15
"""An entry that ends within this time shows its result before the next prompt is drawn."""

FIRST_SECONDS = 0.02
"""How long Enter leaves the processor to the entry: it sounds first, and the screen follows."""

STYLE = Style.from_dict({"bottom-toolbar": "noreverse bg:#303030 #e0e0e0"})
"""A quiet ground under the toolbar; without colours it is plain text."""

NO_ANSWER = "this terminal does not answer — plaud-live play --plain is steadier here"


class Screen:
    """Draws a desk on a terminal until the performer leaves. `keys` and `output` are the terminal's own."""

    def __init__(self, desk: Desk, keys: Input | None = None, output: Output | None = None) -> None:
        self._desk = desk
        self._input = keys or terminal_keys()
        self._output = output or create_output(sys.__stdout__)
        self._ascii = "utf" not in (getattr(sys.__stdout__, "encoding", "") or "").lower()
        self._session: PromptSession[str] = PromptSession(
            history=Recall(desk.history),
            completer=Words(desk),
            complete_while_typing=False,
            enable_history_search=True,
            key_bindings=self._keys(),
            bottom_toolbar=self._toolbar,
            style=STYLE,
            multiline=True,
            prompt_continuation=MORE,
            input=self._input,
            output=self._output,
            reserve_space_for_menu=6,
            mouse_support=False,
        )
        self._session.app.renderer.cpr_not_supported_callback = lambda: desk.messages.say(NO_ANSWER)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._entry: Future[Result] | None = None
        self._lines = HeldLines(self._fitting(desk.messages.write))
        desk.messages.write = self._lines.write

    def _fitting(self, write: Callable[[str], None]) -> Callable[[str], None]:
        """The same, but no line is cut within a word by the terminal's edge."""
        return lambda text: write(fitted(text, width_in(self._output.get_size().columns)))

    async def run(self) -> None:
        """Read entries until the performer leaves."""
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._failed)
        self._desk.on_leave = self._interrupt_prompt
        refreshing = asyncio.create_task(self._refresh())
        try:
            while True:
                if await self._read() and await self._confirms():
                    return
                self._desk.leaving.clear()
        finally:
            refreshing.cancel()

    async def _read(self) -> bool:
        """Read and run an entry; True when the performer wants to leave."""
        self._entry = None
        try:
            await self._session.prompt_async(PROMPT, handle_sigint=False, set_exception_handler=False)
        except EOFError:
            return True
        finally:
            self._lines.release()
        if self._entry is not None:
            await asyncio.wait([asyncio.wrap_future(self._entry)], timeout=SHORT_SECONDS)
        return self._desk.leaving.is_set()

    def _enter(self, text: str) -> None:
        """Run what was entered, from the key itself; what it shows waits until its line has been drawn."""
        if text.strip() and self._entry is None:
            self._lines.hold()
            self._entry = self._desk.enter(text)
            wait([self._entry], FIRST_SECONDS)

    async def _confirms(self) -> bool:
        session: PromptSession[str] = PromptSession(input=self._input, output=self._output)
        try:
            answer = await session.prompt_async("leave? the sound ends (y/n) ", handle_sigint=False)
        except (EOFError, KeyboardInterrupt):
            return True
        return answer.strip().lower() in ("y", "yes")

    def _failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Something went wrong with the screen itself: say it, and start with an empty line."""
        error = context.get("exception")
        self._desk.messages.say(f"the screen: {explain(error) if error else context.get('message', '')}")
        self._session.default_buffer.reset()
        self._session.app.invalidate()

    def _interrupt_prompt(self) -> None:
        """`exit()` of an entry that took its time: end the prompt that has been drawn meanwhile."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._end_prompt)

    def _end_prompt(self) -> None:
        app = self._session.app
        if app.is_running and not app.is_done:
            app.exit(exception=EOFError())

    async def _refresh(self) -> None:
        """Redraw when the toolbar has changed; show messages whose turn it is."""
        drawn = ""
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            self._desk.messages.flush()
            if self._session.app.is_running and (now := self._toolbar()) != drawn:
                drawn = now
                self._session.app.invalidate()

    def _toolbar(self) -> str:
        return self._desk.toolbar(self._output.get_size().columns, self._ascii)

    def _keys(self) -> KeyBindings:
        """Enter, Ctrl-C, Ctrl-D, paste, and the function keys."""
        keys, desk = KeyBindings(), self._desk

        @keys.add("enter", filter=Condition(lambda: not self._completing()))
        def _(event: KeyPressEvent) -> None:
            buffer = event.current_buffer
            if guard.is_complete(buffer.text) or buffer.document.text_after_cursor.strip():
                self._enter(buffer.text)
                buffer.validate_and_handle()
            else:
                buffer.insert_text("\n" + _indentation(buffer.document))

        @keys.add("c-c")
        def _(event: KeyPressEvent) -> None:
            if desk.busy:
                desk.cancel()
            elif event.current_buffer.text:
                event.current_buffer.reset()
            else:
                desk.hint("Ctrl-D or exit() leaves · F9 hush · F12 panic")

        @keys.add("escape", eager=True, filter=Condition(lambda: desk.learning))
        def _(event: KeyPressEvent) -> None:
            desk.learn_no_more()

        @keys.add("c-d", filter=Condition(lambda: not self._session.default_buffer.text))
        def _(event: KeyPressEvent) -> None:
            event.app.exit(exception=EOFError())

        @keys.add(Keys.BracketedPaste)
        def _(event: KeyPressEvent) -> None:
            text = event.data.replace("\r\n", "\n").replace("\r", "\n")
            if len(text) > guard.MAX_CHARACTERS:
                most = f"{guard.MAX_CHARACTERS // 1000} kB"
                desk.messages.say(f"a paste of more than {most} is too long — run() plays a file")
            else:
                event.current_buffer.insert_text(text)

        @keys.add("f1")
        def _(event: KeyPressEvent) -> None:
            document = event.current_buffer.document
            before, after = document.text_before_cursor, document.text_after_cursor
            desk.hint(describe_word(before, after, desk.performance, desk.namespace) or KEYS)

        @keys.add("f2")
        def _(event: KeyPressEvent) -> None:
            event.current_buffer.document = Document(desk.history.last_refused)

        for key, action in (("f5", desk.tap), ("f8", desk.undo), ("f9", desk.hush), ("f12", desk.panic)):
            keys.add(key)(lambda event, action=action: action())
        return keys

    def _completing(self) -> bool:
        state = self._session.default_buffer.complete_state
        return state is not None and state.current_completion is not None


class HeldLines:
    """Writes lines by `write`, but for a while keeps them. Any thread may call it."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._kept: list[str] | None = None

    def hold(self) -> None:
        """Keep lines from now on."""
        with self._lock:
            self._kept = self._kept or []

    def release(self) -> None:
        """Write what was kept, and keep no more."""
        with self._lock:
            kept, self._kept = self._kept or [], None
            for line in kept:
                self._write(line)

    def write(self, line: str) -> None:
        """Write a line, now or when it is released."""
        with self._lock:
            if self._kept is None:
                self._write(line)
            else:
                self._kept.append(line)


class Words(Completer):
    """Hands our completions to prompt_toolkit."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Completions at the cursor."""
        before = document.text_before_cursor
        for candidate in complete(before, self._desk.performance, self._desk.namespace):
            yield Completion(candidate.text, -candidate.replaces, display_meta=candidate.meta)


class Recall(History):
    """Hands our history to prompt_toolkit. An entry is recorded by the desk, once it has run."""

    def __init__(self, history: AcceptedHistory) -> None:
        super().__init__()
        self._history = history

    async def load(self) -> AsyncGenerator[str, None]:
        """The entries in the order of recall."""
        for text in self._history.entries():
            yield text

    def get_strings(self) -> list[str]:
        """The entries, the one recalled first at the end."""
        return self._history.entries()[::-1]

    def load_history_strings(self) -> Iterable[str]:
        """The entries in the order of recall."""
        return self._history.entries()

    def append_string(self, string: str) -> None:
        """Do nothing."""

    def store_string(self, string: str) -> None:
        """Do nothing."""


@contextlib.contextmanager
def above_the_prompt() -> Iterator[TextIO]:
    """A stream whose lines appear above the prompt; `sys.stdout` is put back at the end."""
    with patch_stdout():
        yield sys.stdout


def _indentation(document: Document) -> str:
    """Spaces for the next line: those of this one, four more after a colon."""
    line = document.current_line_before_cursor
    return " " * (len(line) - len(line.lstrip()) + (4 if line.rstrip().endswith(":") else 0))
