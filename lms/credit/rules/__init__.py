"""What follows from credit.yaml and an activity: offers, claims, statements, fronts, evaluation forms. All pure."""
