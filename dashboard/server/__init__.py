"""The server around the pages: routes, errors, headers, limits, connections."""
