"""What the catalogue declares: areas, indicators, the framework, the methodology, observations."""
