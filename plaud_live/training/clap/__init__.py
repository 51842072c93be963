"""Contrastive language-audio pretraining (Wu et al., 2023) as an ear: embeddings of sound and of words.

Networks are those of transformers; weights come from a folder or the local cache, never from the network.
"""
