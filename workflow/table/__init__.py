"""The rows of the process, by subject. `workflow.transitions` puts them together."""
