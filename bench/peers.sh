#!/bin/sh
# Puts the supervisors we measure ourselves against below build/peers. Nothing is installed: Debian's
# packages are fetched and unpacked. Quick when already there. Prints where they are.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
peers=${PEERS_ROOT:-$root/build/peers}
packages='daemontools runit s6 execline libs6-2.11 libskarnet2.13 libexecline2.9 supervisor
    python3-pkg-resources'

if [ -x "$peers/usr/bin/s6-svscan" ]; then
    echo "$peers"
    exit 0
fi

mkdir -p "$(dirname "$peers")"
work=$(mktemp -d "$peers.XXXXXX")
trap 'rm -rf "$work"' EXIT

# apt's own user must be able to write here when root runs it, else apt complains.
chmod 755 "$work"
mkdir -m 777 "$work/packages"
cd "$work/packages"

# shellcheck disable=SC2086 # a list of words
if ! apt-get -q download $packages >"$work/log" 2>&1; then
    # Lists of our own: refreshing the system's needs root, and is not ours to do.
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
    private="-o Dir::State::Lists=$work/lists -o Dir::Cache=$work/cache"
    # shellcheck disable=SC2086
    if ! { apt-get -q $private update && apt-get -q $private download $packages; } \
        >>"$work/log" 2>&1; then
        echo "$0: cannot fetch $packages:" >&2
        cat "$work/log" >&2
        exit 1
    fi
fi

mkdir "$work/tree"
for package in *.deb; do
    dpkg -x "$package" "$work/tree"
done
# Debian's s6-svscan runs /usr/bin/s6-supervise, whatever PATH says. The measures put a link to the
# one that belongs to it at this path, which is as long.
LC_ALL=C sed -i 's#/usr/bin/s6-supervise#/dev/shm/s6-supervise#' "$work/tree/usr/bin/s6-svscan"
# Another run may have been faster: its result is as good.
mv -T "$work/tree" "$peers" 2>/dev/null || [ -x "$peers/usr/bin/s6-svscan" ]
echo "$peers"
