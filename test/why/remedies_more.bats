# SPDX-License-Identifier: MIT
# More of remedies.bats.
load why

@test "W347 each remedy for how it exits" { tried 'How it exits'; }

@test "W348 each remedy for the port" { tried 'The port'; }

@test "W349 each remedy for the process" { tried 'The process'; }

@test "W350 each remedy for the log" { tried 'The log'; }

@test "W351 each remedy for supervision" { tried 'Supervision'; }
