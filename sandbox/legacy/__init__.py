"""The endpoints Amazon shut off on 2025-09-30. They answer only while that is believed, so that a
client can prove that it copes with the old names; otherwise their paths are unknown.
"""
