"""The cost guard by made-up times: who is held, when, and who is not."""

from plaud_live.engine.cost import SHARE, WINDOWS, CostGuard


class Source:
    def __init__(self) -> None:
        self.held: list[tuple[str, float]] = []

    def hold(self, reason: str, beat: float) -> None:
        self.held.append((reason, beat))


def run(guard: CostGuard, blocks: int, **costs: float) -> None:
    """Blocks of 10 ms, in which each source costs so many milliseconds."""
    for i in range(blocks):
        for source, milliseconds in costs.items():
            guard.spent(SOURCES[source], milliseconds / 1000.0)
        if found := guard.rendered(441):
            source_held, reason = found
            source_held.hold(reason, float(i))


SOURCES: dict[str, Source] = {}


def setup_function() -> None:
    SOURCES.update(cheap=Source(), dear=Source())


def test_what_is_cheap_is_never_held() -> None:
    run(CostGuard(44100), 1000, cheap=1.0, dear=3.9)
    assert SOURCES["dear"].held == SOURCES["cheap"].held == []


def test_the_dearest_is_held_once_it_has_taken_too_long_for_a_quarter_of_a_second() -> None:
    guard = CostGuard(44100)
    run(guard, 2 * WINDOWS - 2, cheap=1.0, dear=6.0)
    assert SOURCES["dear"].held == []
    run(guard, 6, cheap=1.0, dear=6.0)
    ((reason, _),) = SOURCES["dear"].held
    assert reason == "too slow: computing it takes 0.6 times the time there is"
    assert SOURCES["cheap"].held == []


def test_many_that_are_too_much_together_lose_the_dearest() -> None:
    run(CostGuard(44100), 40, cheap=10 * SHARE - 1.0, dear=1.5)
    assert len(SOURCES["cheap"].held) == 1


def test_one_long_interruption_is_not_their_fault() -> None:
    guard = CostGuard(44100)
    for _ in range(20):
        run(guard, 1, dear=200.0)
        run(guard, 10, dear=1.0)
    assert SOURCES["dear"].held == []


def test_what_stops_the_sound_is_held_after_five_times() -> None:
    guard = CostGuard(44100)
    run(guard, 4, dear=1000.0)
    assert SOURCES["dear"].held == []
    run(guard, 1, dear=1000.0)
    assert len(SOURCES["dear"].held) == 1


def test_blocks_without_a_frame_do_not_hide_it() -> None:
    guard, found = CostGuard(44100), []
    for i in range(200):
        if i % 2:
            guard.spent(SOURCES["dear"], 0.004)
        found.append(guard.rendered(128))
    assert any(each is not None and each[0] is SOURCES["dear"] for each in found)
