"""Trained models in Max and Pd: TorchScript for nn~, and patches made for one model. Needs torch."""
