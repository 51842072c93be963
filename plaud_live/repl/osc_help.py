"""Help on the OSC namespace, from its table: all of it on a screen, or one address."""

import textwrap

from plaud_live.control.namespace import BOTH, INSTRUMENTS, Node, addresses
from plaud_live.control.osc_fields import MOST_BEATS, Field
from plaud_live.control.state import State
from plaud_live.errors import ParameterError, suggestion
from plaud_live.repl.messages import Page
from plaud_live.repl.pages import WIDTH

ROOT = "/plaud/"
_GAP = "  "


def is_address(text: str) -> bool:
    """Whether this is meant as one: `/plaud/inst/drone/gain`, or how some begin."""
    return text.startswith(ROOT.rstrip("/"))


def all_addresses(state: State) -> str:
    """Everything that can be sent, in a few lines."""
    known = addresses(state)
    lines = ['  Addresses; ? may be left out; help("/plaud/get") says more of one:']
    below: dict[str, list[str]] = {ROOT: []}
    for node in known.values():
        root = _root(node.address)
        below.setdefault(root, []).append(_short(node, root))
    for root, shown in below.items():
        text = _GAP.join((root, *(part.replace(" ", "\0") for part in dict.fromkeys(shown))))
        wrapped = textwrap.wrap(text, WIDTH - 2, subsequent_indent="    ", break_on_hyphens=False)
        lines += (f"  {line}".replace("\0", " ") for line in wrapped)
    return "\n".join(lines)


def address_page(text: str, state: State) -> Page:
    """Help on an address, or on all that begin so. Raises ParameterError that suggests what was meant."""
    known = addresses(state)
    node = known.get(text)
    if node is not None:
        arguments = (f"  {_described(each)}" for each in node.fields)
        return Page("\n".join((node.line, *arguments, *_answer(node))))
    found = [node.line for address, node in known.items() if address.startswith(text)]
    if not found:
        raise ParameterError(f"help: no address {text!r:.60}{suggestion(text, list(known))}")
    return Page("\n".join(found))


def address_words(state: State) -> dict[str, str]:
    """Addresses with what they are, for completion."""
    return {address: node.help for address, node in addresses(state).items()}


def _root(address: str) -> str:
    if address.startswith(INSTRUMENTS):
        return INSTRUMENTS + address[len(INSTRUMENTS) :].partition("/")[0] + "/"
    return ROOT


def _short(node: Node, root: str) -> str:
    """`play over? at?`; of parameters, which are all alike, only the name."""
    rest = node.address.removeprefix(root)
    if node.access == BOTH:
        return rest
    return " ".join((rest, *(each.name + "?" * each.optional for each in node.fields)))


def _described(field: Field) -> str:
    """One argument: its type, unit, range, and the names that it may be."""
    what = "text" if field.tag == "s" else "whole number" if field.tag == "i" else "number"
    bounded = field.low is not None and field.high is not None and field.high < MOST_BEATS
    span = f", {field.low:g} to {field.high:g}" if bounded else ""
    unit = f" in {field.unit}" if field.unit and field.tag != "s" else ""
    names = f": {' '.join(field.choices)}" if field.choices else ""
    return f"{field.name + '?' * field.optional:<10} {what}{unit}{span}{names}"


def _answer(node: Node) -> list[str]:
    if node.access == BOTH:
        return [f"  read it with /plaud/get {node.address}"]
    return [f"  answers {node.reply}"] if node.reply else []
