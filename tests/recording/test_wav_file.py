"""Files of takes, read by libsndfile, by sox, by Python's wave, and chunk by chunk."""

import shutil
import struct
import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile

from plaud_live.errors import SessionError
from plaud_live.recording.wav_file import Kind, Place, WavFile
from tests.signals import noise

RATE = 44100


def stream(samples: int, seed: int = 0) -> np.ndarray:
    return (0.3 * noise(2 * samples, seed)).reshape(samples, 2).astype(np.float32)


def chunks(path: Path) -> dict[str, bytes]:
    """What lies in the file, by name, the sound left out; walked as any reader would."""
    data = path.read_bytes()
    assert data[:4] in (b"RIFF", b"RF64") and data[8:12] == b"WAVE"
    found, at = {"": data[:12]}, 12
    while at < len(data):
        name, size = data[at : at + 4].decode(), struct.unpack_from("<I", data, at + 4)[0]
        found[name] = b"" if name == "data" else data[at + 8 : at + 8 + size]
        if name == "data" and "ds64" in found:
            size = struct.unpack_from("<Q", found["ds64"], 8)[0]
        at += 8 + size + size % 2
    return found


def test_floating_point_comes_back_to_the_bit(tmp_path: Path) -> None:
    sound = stream(20_000)
    file = WavFile(tmp_path / "a.wav", Kind(RATE, 32))
    for at in range(0, 20_000, 777):
        file.write(at, sound[at : at + 777])
    file.close()
    read, rate = soundfile.read(tmp_path / "a.wav", dtype="float32")
    assert rate == RATE and np.array_equal(read, sound)
    assert soundfile.info(tmp_path / "a.wav").subtype == "FLOAT"


def test_24_bits_are_those_of_libsndfile(tmp_path: Path) -> None:
    sound = np.concatenate([stream(5000), [[1.0, -1.0], [1.5, -1.5], [0.0, 2.0**-24]]]).astype(np.float32)
    WavFile(tmp_path / "a.wav", Kind(RATE, 24)).write(0, sound)
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert (file.getsampwidth(), file.getnchannels(), file.getframerate()) == (3, 2, RATE)
        raw = np.frombuffer(file.readframes(file.getnframes()), np.uint8).reshape(-1, 2, 3).astype(np.int32)
    values = (raw[..., 0] | raw[..., 1] << 8 | raw[..., 2] << 16) << 8 >> 8
    assert np.abs(values / 2**23 - np.clip(sound, -1.0, 1.0 - 2**-23)).max() <= 0.5 / 2**23
    read, _ = soundfile.read(tmp_path / "a.wav", dtype="float64")
    assert np.array_equal(read, values / 2**23)


def test_it_is_whole_whenever_it_is_looked_at_and_goes_on_in_another_process(tmp_path: Path) -> None:
    sound, path = stream(9000), tmp_path / "a.wav"
    first = WavFile(path, Kind(RATE, 24, 123_456_789_012, "take 1"))
    first.write(0, sound[:4000])
    assert soundfile.info(path).frames == 4000
    with path.open("ab") as torn:  # it was killed in the middle of a write
        torn.write(b"\x55" * 1001)
    assert soundfile.info(path).frames == 4000
    again = WavFile.again(path)
    assert (again.samples, again.kind) == (4000, Kind(RATE, 24, 123_456_789_012, "take 1"))
    again.write(4000, sound[4000:])
    read, _ = soundfile.read(path, dtype="float64")
    assert len(read) == 9000 and np.abs(read - sound).max() <= 0.5 / 2**23


def test_the_time_reference_is_where_the_standard_has_it(tmp_path: Path) -> None:
    WavFile(tmp_path / "a.wav", Kind(RATE, 32, (5 << 32) + 7, "take 3")).write(0, stream(10))
    bext = chunks(tmp_path / "a.wav")["bext"]
    assert len(bext) == 602  # EBU Tech 3285, version 1, without a coding history
    assert bext[:6] == b"take 3" and bext[256:266] == b"plaud-live"
    assert struct.unpack_from("<II", bext, 338) == (7, 5) and struct.unpack_from("<H", bext, 346) == (1,)
    assert bext[320:338].replace(b"-", b"").replace(b":", b"").isdigit()


def test_places_lie_behind_the_sound_in_files_of_any_size(tmp_path: Path) -> None:
    sound, path = stream(3000), tmp_path / "a.wav"
    file = WavFile(path, Kind(RATE, 24), largest=10_000)
    file.write(0, sound)
    file.mark([Place(7, "odd"), Place(1500, "größer", 200), Place(1 << 33, "too far")])
    found = chunks(path)
    assert list(found)[1] == "ds64" and list(found)[-2:] == ["cue ", "LIST"]
    assert struct.unpack_from("<QQ", found["ds64"])[0] == path.stat().st_size - 8
    assert len(found["cue "]) == 4 + 2 * 24 and "größer".encode() in found["LIST"]
    assert soundfile.info(path).frames == WavFile.again(path).samples == 3000


def test_above_the_limit_it_is_rf64_and_below_again_a_riff(tmp_path: Path) -> None:
    sound, path = stream(3000), tmp_path / "a.wav"
    file = WavFile(path, Kind(RATE, 32), largest=10_000)
    file.write(0, sound[:100])
    assert chunks(path)[""][:4] == b"RIFF" and "ds64" not in chunks(path)
    file.write(100, sound[100:])
    found = chunks(path)
    assert found[""][:8] == b"RF64\xff\xff\xff\xff" and list(found)[1] == "ds64"
    total, size, samples = struct.unpack_from("<QQQ", found["ds64"])
    assert (total, size, samples) == (path.stat().st_size - 8, 3000 * 8, 3000)
    read, _ = soundfile.read(path, dtype="float32")
    assert np.array_equal(read, sound) and soundfile.info(path).format == "RF64"
    assert WavFile.again(path, largest=10_000).samples == 3000


def test_a_file_of_five_gigabytes_that_is_silent_but_for_its_end(tmp_path: Path) -> None:
    sound, path = stream(500), tmp_path / "a.wav"
    count = 5 * (1 << 30) // 8
    file = WavFile(path, Kind(RATE, 32))
    file.write(count, sound)
    if path.stat().st_blocks * 512 > 1 << 20:
        pytest.skip("this disk has no sparse files")
    assert soundfile.info(path).frames == count + 500
    with soundfile.SoundFile(path) as read:
        read.seek(count)
        assert np.array_equal(read.read(dtype="float32"), sound)


def test_sox_reads_it(tmp_path: Path) -> None:
    if not shutil.which("sox"):
        pytest.skip("needs sox: apt install sox")
    for bits in (32, 24):
        path = tmp_path / f"{bits}.wav"
        WavFile(path, Kind(RATE, bits)).write(0, stream(4410))
        said = subprocess.run(["sox", path, "-n", "stat"], capture_output=True, text=True, check=True).stderr
        assert "Length (seconds):      0.100000" in said and "WARN" not in said


def test_silence_takes_no_room(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    file = WavFile(path, Kind(RATE, 32))
    file.write(0, np.zeros((2_000_000, 2), np.float32))
    assert path.stat().st_size > 16_000_000
    assert path.stat().st_blocks * 512 < 1_000_000


def test_it_takes_no_place_that_is_taken_and_no_format_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        WavFile(path, Kind(RATE, 32))
    with pytest.raises(SessionError, match="not a recording of ours"):
        WavFile.again(path)
    assert path.read_bytes() == b"mine"
    with pytest.raises(SessionError, match="wants 24"):
        Kind(RATE, 16)
