"""The search over everything public: what can be found, its words, and the full text of both databases behind one interface."""
