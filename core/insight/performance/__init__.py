"""What the ads brought, at any level: the questions of the Performance screen.

columns    which metrics are shown: what the address names, or a preset of a funnel stage
levels     what a row is, its names, and the audience narrowed to what the view drills into
table      a page of rows with any metrics, their changes, a line by day, and totals
standouts  the best and the worst of a column, among rows that hold enough to say so
funnel     awareness, consideration, purchase, new-to-brand, and the rate of each step
credit     who is credited: seen or clicked, promoted products or the brand's others
returns    return on ad spend as Amazon reports it, and over the fourteen days before each day
sheets     the tables as files
"""
