"""Features of sound as causal, streaming torch modules: framing, log-mel spectrum, loudness."""
