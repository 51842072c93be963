"""How good a model is: its reconstruction of recordings, what its latents mean, and pictures of both."""
