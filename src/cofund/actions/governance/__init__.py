"""What the secretary of a board and the members of a group do: groups, meetings, papers, conflicts, votes, decisions."""
