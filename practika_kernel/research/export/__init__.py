"""A study's data set: consenting people's rows under a study's own names, in seven formats.

Everything here is made from plain rows and gives back the same bytes for the same rows: no clock,
no random number, no order that a hash decides. Who may be in it is asked of `domain.consent`;
folders, videos and the note in the record are the services' part.
"""
