"""The prompt's process: keys, screen and user code. Whatever happens here, the sound goes on."""
