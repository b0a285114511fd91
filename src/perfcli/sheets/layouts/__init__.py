"""Where a sheet has its header, its people and its scores."""
