"""Pages of boards and groups: for their secretary, their delegates and auditors."""
