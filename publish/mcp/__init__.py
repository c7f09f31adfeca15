"""Tools for assistants (Model Context Protocol): read-only, over the functions that the API answers with."""
