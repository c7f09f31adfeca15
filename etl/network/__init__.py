"""The one way onto the network, and what it brought."""
