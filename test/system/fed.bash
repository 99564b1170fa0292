# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2016,SC2154 # the inner shell expands its own; $started is lib's
# Commands that read a FIFO which the test feeds.

# Starts a command that reads the FIFO `in`; descriptor 7 writes to it. Each open waits for the other,
# so that there is a reader from the first byte on. (A shell of its own opens it: bash may give a
# background process in a function /dev/null instead.)
piped() {
    [ -p in ] || mkfifo in
    start sh -c 'exec "$0" "$@" <in' "$@" 7>&- 8>&-
    exec 7>in
}
finish_input() {
    exec 7>&-
    wait "$started"
}

# The same, and 8 holds the FIFO open when the command has gone.
held_open() {
    piped "$@"
    exec 8<>in
}
