"""Pages of one learner: her checks, and what is kept about her."""
