# SPDX-License-Identifier: MIT
# Names that do not, or do not any more, lead to a service.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names that lib.bash sets
load why

unlinked() { wait_for "holdfast why ./srv/$1 --folder service | grep -q 'its link was removed'"; }

@test "W400 a directory that is not linked yet, and how it is" {
    looked_after
    mkdir -p shop
    printf '%s\n' '#!/bin/sh' 'exec sleep 99' >shop/run
    chmod 755 shop/run
    touch shop/down
    cause shop not-linked 1
    says_too "$PWD/shop exists, and nothing in service leads to it"
    says_too "holdfast add $PWD/shop --folder service"
    says_too 'holdfast enable shop --folder service'
    rm shop/down
    holdfast add "$PWD/shop" --folder service >/dev/null
    up service/shop
    cause shop null 0
}

@test "W401 a link that was renamed: the old name and the new one" {
    deploy web
    looked_after
    up service/web
    before=$(svstat service/web | grep -o 'pid [0-9]*')
    mv service/web service/site
    cause web not-linked 1
    says_too "its directory $PWD/srv/web is linked there as site"
    says_too 'mv service/site service/web'
    wait_for 'well site'
    mv service/site service/web
    wait_for 'well web'
    [ "$(svstat service/web | grep -o 'pid [0-9]*')" = "$before" ]
}

@test "W402 a link that was removed while the service runs: one command for either wish" {
    deploy web
    log web
    looked_after
    up service/web
    rm service/web
    unlinked web
    if [ "$(id -u)" = 0 ]; then
        cause web not-linked 1
        says_too 'it runs on (pid'
        cause other not-linked 1
        says_too "keeps a service whose link was removed: $PWD/srv/web"
    fi
    holdfast why ./srv/web --folder service >answer
    grep -F "ln -s $PWD/srv/web service/   # to keep it" answer
    grep -F "svc -dx $PWD/srv/web $PWD/srv/web/log   # to end it" answer
    svc -dx srv/web srv/web/log
    wait_for '! svok srv/web && ! svok srv/web/log'
    cause ./srv/web not-linked 1
    ln -s "$PWD/srv/web" service/
    up service/web
    holdfast why web --folder service >answer
    if grep 'its link was removed' answer; then false; fi
}

@test "W410 supervise is a link to a file system that is full: that one is named" {
    needs_root
    full_elsewhere() {
        mkdir -p full
        mount -t tmpfs -o size=64k,mode=755 none full
        mkdir full/web
        dd if=/dev/zero of=full/fill bs=4k 2>/dev/null || true
        deploy web
        ln -s "$PWD/full/web" srv/web/supervise
        looked_after
        wait_for '[ -s messages ]'
        cause web supervise-unusable 1
        says_too "the disk under $PWD/full/web is full: svscan cannot make what it needs in $PWD/srv/web/supervise"
        says_too "$PWD/full (tmpfs from none)"
        says_too "df -h $PWD/srv/web/supervise"
        rm full/fill
        up service/web
    }
    export -f full_elsewhere up says wait_for says_too cause answers deploy looked_after
    apart full_elsewhere
}
