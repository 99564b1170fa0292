# SPDX-License-Identifier: MIT
# Words for tests of the command holdfast, as a stranger uses it.
# Those of services.bash, with ./service in $SVDIR, and:
#
#   on_terminal COMMAND  its output as on a terminal of 80x24, in ./screen
#   terminal COMMAND     a shell in a terminal of 80x24 of its own (tmux) that runs it; from then on
#                        `tmux` means that one
#   sees REGEX           waits until a line of it matches
#   valid SCHEMA FILE    the JSON file is as doc/SCHEMA says
#   gives CODE COMMAND...  runs it: its exit code is CODE; its output in ./out and ./err
#   out TEXT, err TEXT   ... has this text in it

# shellcheck disable=SC2034,SC2154 # names that are for the tests, or from the other files
load ../system/lib
load ../system/services

setup() { setup_names; }

teardown() {
    if [ -S "$hf_test/tmux" ]; then command tmux -S "$hf_test/tmux" kill-server || true; fi
    hf_teardown
}

on_terminal() { script -qec "stty rows 24 cols 80; $*" /dev/null >screen </dev/null; }

terminal() {
    tmux() { command tmux -S "$hf_test/tmux" "$@"; }
    tmux -f /dev/null new-session -d -x 80 -y 24 "env PATH='$PATH' SVDIR='$SVDIR' sh"
    tmux send-keys "$*" Enter
}
shows_now() { tmux capture-pane -p | grep -qE -e "$1"; }
sees() { wait_for shows_now "$1"; }

valid() { /usr/bin/python3 -W ignore -m jsonschema -i "$2" "$hf_root/doc/$1"; }

gives() {
    local expected=$1 rc=0
    shift
    "$@" >out 2>err || rc=$?
    if [ "$rc" = "$expected" ]; then return 0; fi
    echo "expected $expected, got $rc from: $*"
    cat out err
    if [ -e messages ]; then sed 's/^/svscan says: /' messages; fi
    return 1
}

out() { hf_has_text out "$1"; }
err() { hf_has_text err "$1"; }
hf_has_text() {
    if grep -qF -e "$2" "$1"; then return 0; fi
    echo "not in $1: $2"
    cat "$1"
    return 1
}
