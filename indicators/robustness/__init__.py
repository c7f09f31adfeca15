"""How far the scores depend on choices: simulation, sensitivity, bounds, alternatives."""
