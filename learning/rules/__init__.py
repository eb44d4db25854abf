"""Pure rules and arithmetic. Nothing here imports Django or touches a database."""
