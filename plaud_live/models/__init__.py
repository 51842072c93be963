"""The model in torch: encoder, latent space, decoder and synth blocks, for training and for export.

`plaud_live.synths` computes the same voice in Numba, for playing.
"""
