#!/bin/sh
# stop-svscans [DIR]: tells each svscan that svscans [DIR] finds to stop everything in order, and
# waits until it has. Fails if one is still there after a minute.

here=$(dirname "$0")
pids=$("$here/svscans" "$@")
for pid in $pids; do kill -TERM "$pid" 2>/dev/null; done

tenths=600
for pid in $pids; do
    # A zombie that nobody buries has stopped, too.
    while grep -q '^State:[[:space:]]*[^ZX]' "/proc/$pid/status" 2>/dev/null; do
        if [ "$tenths" = 0 ]; then
            echo "svscan (pid $pid) does not end" >&2
            exit 1
        fi
        tenths=$((tenths - 1))
        sleep 0.1
    done
done
exit 0
