"""Charts: pure functions from a frame to a Plotly figure. No ids, no queries."""
