"""The training itself: prompts as a person would give them, what the answers cost, and the steps that follow from it."""
