"""scidip, the Science and Technology Diplomacy Observatory. `scidip.engine` is the engine as a library."""
