"""One room per lesson: what it computes, draws, asks and lets turn. `labkit.course` has the lessons in order."""
