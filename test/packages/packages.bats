# SPDX-License-Identifier: MIT
# The Debian packages that ./package built, or those in HF_PACKAGES, on a root directory of their own:
# all of this machine's below, what is written kept in memory and forgotten. /run is empty: no init is
# there to be told.
# shellcheck disable=SC2016,SC2154 # scripts; variables of lib.bash
load ../system/lib

setup() {
    needs_root
    hf_setup
    packages=${HF_PACKAGES:-$hf_root/build/package}
    [ -e "$(echo "$packages"/holdfast_*.deb)" ] || { echo './package has not been run' && false; }
    cp "$packages"/*.deb .
}

# A deb like FILE but of another version.
another_version() { # FILE VERSION
    rm -rf unpacked
    dpkg-deb -R "$1" unpacked
    sed -i "s/^Version: .*/Version: $2/" unpacked/DEBIAN/control
    dpkg-deb --root-owner-group -Zgzip -b unpacked "new_$1" >/dev/null
}

# Runs FUNCTION there. /debs has the packages.
on_a_machine() { # FUNCTION
    local debs=$PWD word
    for word in wait_for hf_holds first_number_missing "$1"; do
        if declare -F "$word" >/dev/null; then export -f "${word?}"; fi
    done
    export hf_test hf_in_case=yes HF_PATIENCE=30 debs
    mkdir -p machine
    unshare --mount --pid --fork --kill-child --mount-proc bash -c '
        set -e
        mount -t tmpfs none machine
        mkdir machine/new machine/work machine/root
        mount -t overlay -o lowerdir=/,upperdir=machine/new,workdir=machine/work none machine/root
        mkdir machine/root/debs
        cp "$debs"/*.deb machine/root/debs
        for each in proc dev; do mount --rbind /$each machine/root/$each; done
        mount -t tmpfs none machine/root/run
        mount -t tmpfs none machine/root/tmp
        chroot machine/root bash -ec "
            hf_test=/tmp
            mkfifo /tmp/nap
            cd /debs
            export PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive
            '"$1"'"'
}

# 0 if the numbers in the lines of the log are 1, 2, 3 ... without a gap.
first_number_missing() { # DIR
    cat "$1"/@* "$1"/current 2>/dev/null | awk '$1 != NR { print NR; exit }'
}

life() {
    everything() { find /etc /usr /var /srv -xdev | grep -vE '^/var/(lib/dpkg|log|cache|lib/systemd)'; }
    everything | sort >/tmp/before

    dpkg -i holdfast_*.deb holdfast-run_*.deb >/tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log && exit 1; }
    [ -d /etc/service ] && [ -d /var/lib/supervise ]
    command -v svc svscan multilog holdfast-engine >/dev/null
    bash -n /usr/share/bash-completion/completions/holdfast
    grep -q '^#compdef holdfast' /usr/share/zsh/vendor-completions/_holdfast
    grep -q '^complete -c holdfast' /usr/share/fish/vendor_completions.d/holdfast.fish
    [ "$(command -v update-service)" = /usr/sbin/update-service ]

    mkdir -p /srv/app/log
    printf '#!/bin/sh\ni=0; while :; do i=$((i + 1)); echo $i; done\n' >/srv/app/run
    printf '#!/bin/sh\nexec multilog s16000000 n1000 ./main\n' >/srv/app/log/run
    chmod 755 /srv/app/run /srv/app/log/run
    svscan /etc/service 2>/tmp/messages &
    svscan=$!
    update-service --add /srv/app >/dev/null
    pid_of() { svstat "$1" | sed -n 's/.*up (pid \([0-9]*\)).*/\1/p'; }
    wait_for test -s /srv/app/log/main/current
    service=$(pid_of /etc/service/app)
    logger=$(pid_of /etc/service/app/log)
    engine=$(pgrep -o -P "$svscan" -x holdfast-engine)

    # The upgrade, while the service writes as fast as it can.
    dpkg -i new_holdfast_*.deb new_holdfast-run_*.deb >/tmp/dpkg.log 2>&1 ||
        { cat /tmp/dpkg.log && exit 1; }
    wait_for "! test -e /proc/$engine"
    wait_for svok /etc/service/app
    wait_for "readlink /proc/$svscan/exe | grep -qx /usr/bin/svscan"
    engine=$(pgrep -o -P "$svscan" -x holdfast-engine)
    [ "$(readlink "/proc/$engine/exe")" = /usr/bin/holdfast-engine ]
    [ "$(pid_of /etc/service/app)" = "$service" ]
    [ "$(pid_of /etc/service/app/log)" = "$logger" ]

    dpkg -r holdfast-run >/dev/null 2>&1
    if [ -e "/proc/$service" ] || [ -e "/proc/$logger" ]; then echo the services run && exit 1; fi
    wait "$svscan"
    [ -L /etc/service/app ]
    missing=$(first_number_missing /srv/app/log/main)
    [ -z "$missing" ] || { echo "line $missing is not in the log" && exit 1; }
    dpkg -r holdfast >/dev/null 2>&1
    dpkg -P holdfast-run holdfast >/dev/null 2>&1
    rm -r /srv/app
    everything | sort >/tmp/after
    diff /tmp/before /tmp/after
    if [ -s /tmp/messages ]; then cat /tmp/messages && exit 1; fi
}

@test "install, upgrade while a service writes, remove, purge" {
    for deb in holdfast_*.deb holdfast-run_*.deb; do another_version "$deb" 9.9; done
    on_a_machine life
}

asked_for_a_link() {
    set_answer() { echo "holdfast-run holdfast-run/link boolean $1" | debconf-set-selections; }
    install() { dpkg -i holdfast_*.deb holdfast-run_*.deb >/dev/null 2>&1; }
    is_the_link() { [ "$(readlink /service)" = /etc/service ]; }
    # Nobody asked for it.
    install
    [ ! -e /service ]
    # One that was made by hand stays, over an upgrade, too.
    ln -s /etc/service /service
    install
    is_the_link
    dpkg -P holdfast-run >/dev/null 2>&1
    [ ! -L /service ]
    # It was answered before the installation.
    set_answer true
    install
    is_the_link
    rm /service
    install
    [ ! -e /service ]
    dpkg -P holdfast-run >/dev/null 2>&1
    # What is there is not touched.
    mkdir /service
    set_answer true
    install
    dpkg -P holdfast-run >/dev/null 2>&1
    [ -d /service ] && [ ! -L /service ]
}

@test "/service is a link to /etc/service for who wants it" {
    on_a_machine asked_for_a_link
}

boots_by_inittab() {
    printf 'id:2:initdefault:\n' >/etc/inittab
    cp /etc/inittab /tmp/inittab
    dpkg -i holdfast_*.deb holdfast-run_*.deb >/dev/null 2>&1
    dpkg -i holdfast-run_*.deb >/dev/null 2>&1
    [ "$(grep -c '^SV:2345:respawn:/usr/bin/svscanboot /etc/service$' /etc/inittab)" = 1 ]
    dpkg -r holdfast-run >/dev/null 2>&1
    cmp /etc/inittab /tmp/inittab
}

@test "sysvinit gets a line in inittab, and loses it again" {
    on_a_machine boots_by_inittab
}

stops_by_itself() {
    dpkg -i holdfast_*.deb >/dev/null 2>&1
    mkdir -p /srv/own/app
    printf '#!/bin/sh\nexec sleep 99\n' >/srv/own/app/run
    chmod 755 /srv/own/app/run
    svscan /srv/own &
    wait_for "svstat /srv/own/app | grep -q up.*pid"
    service=$(svstat /srv/own/app | sed 's/.*pid \([0-9]*\).*/\1/')
    dpkg -r holdfast >/dev/null 2>&1
    [ ! -e "/proc/$service" ]
}

@test "removing holdfast stops an svscan that somebody started by hand" {
    on_a_machine stops_by_itself
}

# As apt does it, with what is here: the original goes, ours comes; and back.
changes_over() {
    printf 'id:2:initdefault:\n' >/etc/inittab
    # No init is there to be told.
    printf '#!/bin/sh\n' >/usr/sbin/telinit
    cp /usr/sbin/telinit /usr/sbin/init
    chmod 755 /usr/sbin/telinit /usr/sbin/init
    apt_get() {
        apt-get -y -o Dir::State::Lists=/tmp "$@" >/tmp/apt.log 2>&1 ||
            { cat /tmp/apt.log && exit 1; }
    }
    dpkg -i daemontools_*.deb daemontools-run_*.deb >/dev/null 2>&1
    grep -q '^SV:.*svscanboot$' /etc/inittab
    mkdir -p /srv/app/log
    printf '#!/bin/sh\necho begins\nexec sleep 99\n' >/srv/app/run
    printf '#!/bin/sh\nexec multilog ./main\n' >/srv/app/log/run
    chmod 755 /srv/app/run /srv/app/log/run
    ln -s /srv/app /etc/service/
    # shellcheck disable=SC2317 # called by wait_for
    begins() { [ "$(wc -l </srv/app/log/main/current)" = "$1" ]; }
    export -f begins

    svscan /etc/service & # as init does, by svscanboot
    original=$!
    wait_for begins 1
    kill "$original" # as init does when the line in inittab goes
    apt_get install /debs/holdfast_*.deb /debs/holdfast-run_*.deb
    if dpkg-query -W -f '${Status}' daemontools 2>/dev/null | grep -q ' installed'; then exit 1; fi
    [ "$(grep -c '^SV:.*svscanboot /etc/service$' /etc/inittab)" = 1 ]
    svscan /etc/service &
    svscan=$!
    wait_for begins 2
    svstat /etc/service/app /etc/service/app/log | grep -c ': up (pid'

    apt_get install /debs/daemontools_*.deb /debs/daemontools-run_*.deb
    [ ! -e "/proc/$svscan/exe" ]
    grep -q '^SV:.*svscanboot$' /etc/inittab
    svscan /etc/service &
    wait_for begins 3
}

@test "a machine that runs the original changes over, and back" {
    chmod 777 .
    apt-get -q download daemontools daemontools-run >download.log 2>&1 ||
        skip 'NOT RUN: the original packages cannot be fetched'
    on_a_machine changes_over
}
