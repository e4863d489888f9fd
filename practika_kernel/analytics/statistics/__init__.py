"""Statistics of teaching research as pure functions: numbers in, numbers out.

Nothing here reads a file, a clock or the record. What cannot be computed (one rater, ratings
without any difference) is answered with ``None`` and a sentence that says why; what cannot be
meant (lists of different lengths, a weight nobody knows) raises `InvalidInput`.

agreement     percent, Cohen's kappa (also weighted), Fleiss' kappa
alpha         Krippendorff's alpha
kappa         limits of weighted kappa
consistency   Cronbach's alpha
icc           intraclass correlation ICC(2,1)
pairs         "which is better?": Bradley-Terry, misfit of judges
gains         raw and normalised gain, paired effect, reliable change
curves        one student's learning curve and where it levels off
watching      watch map, completion, re-watching, time on task
resampling    seeded bootstrap intervals
distributions the few distribution functions the others need

Shares have Wilson's interval and waits Kaplan-Meier's curve in ``measures``.
"""
