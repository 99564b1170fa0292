# SPDX-License-Identifier: MIT
"""What the measures share: the ground, the supervisors, and the tables."""
