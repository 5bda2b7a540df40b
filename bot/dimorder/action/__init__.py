"""The GitHub Action: the door through which a workflow comes in."""
