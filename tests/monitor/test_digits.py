"""Large figures."""

from plaud_live.monitor.digits import ROWS, big


def test_every_figure_is_of_one_size() -> None:
    for text in ("0123456789", "92.0", "-1.5", "120 x"):
        lines = big(text)
        assert len(lines) == ROWS
        assert len({len(line) for line in lines}) == 1
    assert len(set(map(tuple, (big(figure) for figure in "0123456789")))) == 10
