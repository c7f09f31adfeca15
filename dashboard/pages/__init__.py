"""One file per page; each has PAGE, State, `layout(ctx, state)` and `register(app, ctx)`."""
