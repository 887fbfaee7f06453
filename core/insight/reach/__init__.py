"""How many people saw the ads, how often, and whether they watched: the Reach & video screen.

windows       the spans of days for which Amazon reported reach, and its figures: never added up
reach         an advertiser's windows, the orders and supplies of one of them, and what is n/a
video         from the first second to the last, and what it cost
sheets        the tables as files
"""
