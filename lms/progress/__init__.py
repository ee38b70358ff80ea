"""Progress: what learners do, marked and folded: attempts at quizzes, lessons read, recordings heard."""
