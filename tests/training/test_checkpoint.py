"""The state of a run, to disk and back."""

import errno
from pathlib import Path

import pytest
import torch

from plaud_live.errors import TrainingError
from plaud_live.training import checkpoint
from plaud_live.training.checkpoint import Progress, load_checkpoint, save_checkpoint


def trained() -> tuple[torch.nn.Linear, torch.optim.Adam]:
    torch.manual_seed(0)
    net = torch.nn.Linear(3, 2)
    optimiser = torch.optim.Adam(net.parameters(), lr=0.1, betas=(0.8, 0.9))
    for _ in range(3):
        optimiser.zero_grad()
        net(torch.ones(3)).square().sum().backward()
        optimiser.step()
    return net, optimiser


def test_weights_optimiser_and_progress_come_back_and_training_goes_on_alike(tmp_path: Path) -> None:
    net, optimiser = trained()
    progress = Progress(3, 1.5, 12.0, 0.25, [{"step": 3.0, "stft": 0.25}])
    save_checkpoint(tmp_path / "a", net.state_dict(), progress, {"hop_size": 256}, {}, optimiser=optimiser)
    state = load_checkpoint(tmp_path / "a")
    assert (state.progress, state.config) == (progress, {"hop_size": 256})
    other = torch.nn.Linear(3, 2)
    other.load_state_dict(state.weights)
    resumed = torch.optim.Adam(other.parameters(), lr=1.0)
    resumed.load_state_dict(state.optimiser)
    assert resumed.param_groups[0]["betas"] == [0.8, 0.9] or resumed.param_groups[0]["betas"] == (0.8, 0.9)
    for model, step in ((net, optimiser), (other, resumed)):
        step.zero_grad()
        model(torch.ones(3)).square().sum().backward()
        step.step()
    assert all(torch.equal(a, b) for a, b in zip(net.parameters(), other.parameters(), strict=True))


@pytest.mark.parametrize("keep", [0, 10, 200])
def test_a_cut_off_file_is_one_line(tmp_path: Path, keep: int) -> None:
    net, optimiser = trained()
    save_checkpoint(tmp_path / "a", net.state_dict(), Progress(), {}, {}, optimiser=optimiser)
    (tmp_path / "a").write_bytes((tmp_path / "a").read_bytes()[:keep])
    with pytest.raises(TrainingError, match="damaged") as caught:
        load_checkpoint(tmp_path / "a")
    assert "\n" not in str(caught.value)


def test_a_full_disk_is_one_line_and_the_state_before_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    net, _ = trained()
    save_checkpoint(tmp_path / "a", net.state_dict(), Progress(step=3), {}, {})

    def full(path: Path, payload: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(checkpoint, "write_atomically", full)
    with pytest.raises(TrainingError, match=r"the disk is full .* make room and run the same command"):
        save_checkpoint(tmp_path / "a", net.state_dict(), Progress(step=4), {}, {})
    assert load_checkpoint(tmp_path / "a").progress.step == 3
