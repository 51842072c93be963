"""Going over to another reverb, while all that drives it goes on."""

from plaud_live.control.launching import Moment
from plaud_live.control.parameters import ReverbInfo, default_sources
from plaud_live.control.state import ReverbState, Source, State
from plaud_live.control.transaction import Reverb
from plaud_live.errors import TransactionError
from plaud_live.signals.data import to_data


def change_reverb(state: State, change: Reverb, moment: Moment) -> tuple[State, float, str]:
    """The state with another reverb, the beat from which it sounds, and a line for the performer.

    Raises TransactionError where nobody has found out what is meant.
    """
    if change.info is None:
        raise TransactionError(f"{change.model}: a reverb is loaded by the engine alone")
    beat = moment.launch_beat(state, change.at)
    if state.reverb is not None and state.reverb.info.digest == change.info.digest:
        return state, beat, ""
    told = "" if change.on_the_way else f"verb: {change.info.name}, {change.info.t60:.2g} s"
    return with_reverb(state, change.info, beat, change.own), beat, told


def with_reverb(state: State, info: ReverbInfo, beat: float, own: bool = False) -> State:
    """The state with another model for the reverb from a beat on; what was not set is the model's own."""
    if state.reverb is None:
        sources = {name: Source(signal) for name, signal in default_sources(info).items()}
        return state.changed(reverb=ReverbState(info, sources, beat))
    sources = _kept(state.reverb, info)
    if own:
        sources["t60"] = Source(default_sources(info)["t60"])
    return state.changed(reverb=ReverbState(info, sources, beat))


def _kept(reverb: ReverbState, info: ReverbInfo) -> dict[str, Source]:
    """The sources for another model: one that nobody has touched stands at its own default."""
    before, after = default_sources(reverb.info), default_sources(info)
    kept = dict(reverb.sources)
    for name, source in reverb.sources.items():
        if not source.text and to_data(source.signal) == to_data(before[name]):
            kept[name] = Source(after[name])
    return kept
