"""A static site of the course: a front page, a page for each film, and beside them the files that they show."""
