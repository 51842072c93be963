"""What each built-in model is made of, and how it is trained. A row here is all that a model is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from plaud_live.model_file import ModelConfig
from plaud_live.training.augmentation import Augmentation

TIED = ((0, "brightness"), (1, "noisiness"), (2, "loudness"))
"""The same faders on each of them: drone.bright, drone.noisy, drone.loud."""


@dataclass(frozen=True)
class BuiltIn:
    """One model: the anchor of each recording by the recording's name, and the settings of its training.

    `recordings` are those of sonic-pi-samples, `strokes` those of them that are written once at each of so
    many levels in dB, `songs` what `score` makes. A loaded instrument stands at the anchor `first`; anchors
    are taken from passages of `anchor_seconds`.
    """

    recordings: Mapping[str, str]
    first: str
    steps: int
    config: ModelConfig
    songs: Mapping[str, str] = field(default_factory=dict)
    strokes: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    losses: tuple[tuple[str, float], ...] = (("expected_stft", 1.0),)
    attributes: tuple[tuple[int, str], ...] = TIED
    augmentation: Augmentation = field(default_factory=Augmentation)
    anchor_seconds: float = 0.4

    @property
    def anchors(self) -> dict[str, str]:
        """Anchors by the file that each is of."""
        return {f"{name}.{'wav' if self.is_written(name) else 'flac'}": anchor
                for name, anchor in {**self.recordings, **self.songs}.items()}  # fmt: skip

    def is_written(self, name: str) -> bool:
        """Whether a sound is made here; others are linked to."""
        return name in self.songs or name in self.strokes


_VELOCITIES = (-16.0, -22.0, -28.0)

_SUSTAINED = {
    "ambi_choir": "choir",
    "ambi_drone": "drone",
    "ambi_glass_hum": "hum",
    "ambi_glass_rub": "glass",
    "ambi_haunted_hum": "haunted",
    "ambi_lunar_land": "lunar",
    "ambi_piano": "piano",
    "bass_voxy_c": "vox",
    "bass_woodsy_c": "wood",
    "guit_e_fifths": "fifths",
    "guit_e_slide": "bottleneck",
    "guit_em9": "guitar",
    "guit_harmonics": "flageolet",
}
_NOISY = {
    "ambi_dark_woosh": "woosh",
    "ambi_swoosh": "swoosh",
    "drum_cymbal_hard": "cymbal",
    "drum_cymbal_open": "hat",
    "drum_roll": "snares",
    "drum_splash_hard": "splash",
    "misc_cineboom": "boom",
    "vinyl_hiss": "hiss",
    "vinyl_rewind": "rewind",
}
_STRUCK = {
    "elec_chime": "chime",
    "perc_bell": "bell",
    "perc_till": "coins",
    "tabla_ghe5": "bayan",
    "tabla_ghe6": "ghe",
    "tabla_na_o": "rim",
    "tabla_tun1": "tabla",
}

_LOOPS = {
    "loop_amen_full": "amen",
    "loop_breakbeat": "breaks",
    "loop_compus": "compus",
    "loop_garzul": "garzul",
    "loop_industrial": "factory",
    "loop_mika": "mika",
    "loop_safari": "safari",
    "loop_tabla": "tablas",
}
_HITS = {
    "bd_808": "sub",
    "bd_haus": "kick",
    "drum_bass_hard": "bass_drum",
    "drum_cowbell": "cowbell",
    "drum_cymbal_closed": "hat",
    "drum_cymbal_hard": "crash",
    "drum_cymbal_open": "open_hat",
    "drum_cymbal_pedal": "pedal",
    "drum_snare_hard": "snare",
    "drum_splash_hard": "splash",
    "drum_tom_hi_hard": "tom_hi",
    "drum_tom_lo_hard": "tom_lo",
    "drum_tom_mid_hard": "tom",
    "elec_bong": "bong",
    "elec_filt_snare": "filter",
    "elec_hi_snare": "crack",
    "elec_triangle": "triangle",
    "elec_twip": "twip",
    "elec_wood": "wood",
    "perc_snap": "snap",
    "perc_swash": "shaker",
    "perc_till": "coins",
    "sn_zome": "zome",
    "tabla_ghe2": "ghe",
    "tabla_ke3": "ke",
    "tabla_na": "na",
    "tabla_tas1": "tas",
    "tabla_te_ne": "te",
    "tabla_tun3": "tun",
    "vinyl_scratch": "scratch",
}

_CALLS = {"bass_voxy_c": "vox", "misc_crow": "crow"}
_SONGS = {
    "woman_a": "ah",
    "woman_e": "eh",
    "woman_i": "ee",
    "woman_o": "oh",
    "woman_u": "oo",
    "man_a": "bah",
    "man_e": "beh",
    "man_i": "bee",
    "man_o": "boh",
    "man_u": "boo",
    "melody": "song",
    "talk": "talk",
    "slide": "slide",
    "monks": "monks",
    "sisters": "sisters",
    "hum": "hum",
    "creak": "creak",
    "whisper": "whisper",
    "breath": "breath",
    "sss": "sss",
    "shh": "shh",
}

MODELS = {
    "default": BuiltIn(
        recordings={**_SUSTAINED, **_NOISY, **_STRUCK},
        first="fifths",  # a chord that speaks on any loudspeaker
        steps=4200,
        config=ModelConfig(),
    ),
    "voice": BuiltIn(
        recordings=_CALLS,
        strokes=dict.fromkeys(_CALLS, (-16.0,)),
        songs=_SONGS,
        first="oh",
        steps=1800,
        config=ModelConfig(
            encoder_size=96, decoder_size=160, sines=0, harmonics=96, f0_low_hz=50.0, f0_high_hz=1000.0,
            noise_bands=256,
        ),
        losses=(("expected_stft", 1.0), ("pitch", 1.0)),
        attributes=(*TIED, (3, "pitch")),
        augmentation=Augmentation(gain=0.5),
    ),
    "perc": BuiltIn(
        recordings={**_LOOPS, **_HITS},
        strokes={**dict.fromkeys(_LOOPS, (-13.0,)), **dict.fromkeys(_HITS, _VELOCITIES)},
        first="tablas",
        steps=1800,
        config=ModelConfig(encoder_size=96, decoder_size=160, smoothing=1, sines=64, noise_bands=256),
        augmentation=Augmentation(gain=0.5, pitch=0.3, pitch_semitones=3.0),
        anchor_seconds=0.06,
    ),
}  # fmt: skip
"""All of them, by the names that `load("voice")` takes."""
