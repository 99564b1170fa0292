#!/bin/sh
# svscans [DIR]: prints the pid of each svscan that is (or was, before a new one was unpacked)
# /usr/bin/svscan of this root directory; with DIR, of those that supervise DIR. Containers have
# their own.

identity() { stat -Lc %d:%i "$1" 2>/dev/null; }

root=$(identity /)
for process in /proc/[0-9]*; do
    case $(readlink "$process/exe" 2>/dev/null) in
        /usr/bin/svscan | '/usr/bin/svscan (deleted)') ;;
        *) continue ;;
    esac
    [ "$(identity "$process/root")" = "$root" ] || continue
    if [ $# -gt 0 ] && [ "$(identity "$process/cwd")" != "$(identity "$1")" ]; then continue; fi
    echo "${process#/proc/}"
done
