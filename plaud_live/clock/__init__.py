"""Musical time: beats and samples."""
