"""What planners look at all day: a cohort's first page and its board.

Both bring together what lower features know (people, groups, meetings, answers), so they live
above them. Their addresses hang on the blueprints of the features that they are about.
"""
