"""What stands in a notebook of the course, and where: what the tools on top, presenting and the classroom, both read.

A cell says by its tags what it is for; a fold, `<details>`, hides what comes afterwards; notes are the lecturer's.
"""
