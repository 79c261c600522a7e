"""The demonstration: real partners, projects and amounts, typed in as facts with their sources, and booked through the actions.

What is not published (days, decision numbers, the form of a contribution) is assumed and marked so in the books; what is not
known at all is left out and said to be not known. The facts stand in `facts/*.toml`, in amounts of whole euro unless quoted.
"""
