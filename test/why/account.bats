# SPDX-License-Identifier: MIT
# The user of a service, the program, and the files that it is given.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names that lib.bash sets
load why

# An application as in the story: a run script, a virtual machine, an image and what lies beside it.
smalltalk() {
    deploy app '#!/bin/bash' 'USER="nobody"' "VM=\"$PWD/srv/app/squeak\"" \
        'VM_PARAMS="-mmap 256m -vm-sound-null -vm-display-null"' 'IMAGE="seaside.image"' 'exec 2>&1' \
        'exec setuidgid "$USER" "$VM" $VM_PARAMS "$IMAGE"'
    printf '#!/bin/sh\nexec sleep 99\n' >srv/app/squeak
    touch srv/app/seaside.image srv/app/seaside.changes srv/app/SqueakV6.sources
    chmod 755 srv/app/squeak
    if [ "$(id -u)" = 0 ]; then chown nobody srv/app/seaside.*; fi
}

@test "W50 the user does not exist" {
    deploy web '#!/bin/sh' 'exec setuidgid nosuchuser sleep 99'
    looked_after
    wait_for tried_once web
    cause web user-missing 4
    says_too useradd
}

@test "W51 the user is a number" {
    deploy web '#!/bin/sh' 'exec setuidgid 65534 sleep 99'
    looked_after
    wait_for tried_once web
    cause web user-missing 4
    says_too 'names, not numbers'
}

@test "W52 the image is not readable by the user" {
    needs_root
    smalltalk
    chmod 600 srv/app/seaside.image
    chown root srv/app/seaside.image
    looked_after
    up service/app
    cause app file-unreadable 4
    says_too seaside.image
}

@test "W53 the .changes file is missing" {
    needs_root
    smalltalk
    rm srv/app/seaside.changes
    looked_after
    up service/app
    cause app file-missing 5
    says_too seaside.changes
}

@test "W54 the .changes file is not writable by the user" {
    needs_root
    smalltalk
    chown root srv/app/seaside.changes
    looked_after
    up service/app
    cause app file-unreadable 4
    says_too 'chown nobody'
}

@test "W55 the .sources file is missing" {
    needs_root
    smalltalk
    rm srv/app/*.sources
    looked_after
    up service/app
    cause app file-missing 5
    says_too .sources
}

@test "W56 the application's folder is closed to the user" {
    needs_root
    smalltalk
    chmod 700 srv
    looked_after
    wait_for tried_once app
    cause app directory-closed 4
    says_too 'chmod g+x'
}

@test "W57 the directory of settings is missing" {
    deploy web '#!/bin/sh' 'exec envdir ./env sleep 99'
    looked_after
    wait_for tried_once web
    cause web env-dir-unusable 4
}

@test "W58 run changes to a directory that is not there" {
    deploy web '#!/bin/sh' 'cd /nonexistent/place' 'exec sleep 99'
    looked_after
    wait_for svok service/web
    cause web file-missing 5
}

@test "W60 the program is missing" {
    deploy web '#!/bin/sh' 'exec /usr/local/bin/nosuchserver -f'
    looked_after
    wait_for tried_once web
    cause web program-missing 5
}

@test "W61 the program is nowhere in PATH" {
    deploy web '#!/bin/sh' 'exec nosuchserver -f'
    looked_after
    wait_for tried_once web
    cause web program-missing 5
    says_too 'PATH is'
}

@test "W62 the program is not executable" {
    deploy web '#!/bin/sh' 'exec ./server'
    touch srv/web/server
    looked_after
    wait_for tried_once web
    cause web program-not-executable 5
    says_too 'chmod +x'
}

@test "W63 the program is made for another processor" {
    deploy web '#!/bin/sh' 'exec ./server'
    cp "$(command -v svok)" srv/web/server
    printf '\xB7\0' | dd of=srv/web/server bs=1 seek=18 conv=notrunc 2>/dev/null # ARM
    looked_after
    wait_for tried_once web
    if [ "$(uname -m)" = aarch64 ]; then skip "NOT RUN: this is that processor"; fi
    cause web wrong-architecture 5
}

@test "W64 the program lacks a library" {
    deploy web '#!/bin/sh' 'exec ./server'
    echo 'int part() { return 0; }' | g++ -x c++ -shared -fPIC -o libpart.so -
    echo 'int part(); int main() { return part(); }' |
        g++ -x c++ -o srv/web/server - -Wl,--no-as-needed -L. -lpart
    rm libpart.so
    looked_after
    wait_for tried_once web
    cause web library-missing 5
    says_too libpart.so
}

@test "W65 the program needs a loader that is not there" {
    deploy web '#!/bin/sh' 'exec ./server'
    echo 'int main() {}' |
        g++ -x c++ -o srv/web/server - -Wl,--dynamic-linker=/lib/ld-nosuch.so.1
    looked_after
    wait_for tried_once web
    cause web library-missing 5
    says_too ld-nosuch
}

@test "W66 the file that the program reads is missing" {
    deploy web '#!/bin/sh' 'exec /usr/bin/python3 server.py'
    looked_after
    wait_for tried_once web
    cause web file-missing 5
    says_too server.py
}

@test "W67 the program is a script whose interpreter is gone" {
    deploy web '#!/bin/sh' 'exec ./bin/gunicorn app'
    mkdir srv/web/bin
    printf '#!/opt/venv/bin/python\n' >srv/web/bin/gunicorn
    chmod 755 srv/web/bin/gunicorn
    looked_after
    wait_for tried_once web
    cause web interpreter-missing 2
    says_too /opt/venv
}

@test "W68 all is there: nothing wrong with the application" {
    needs_root
    smalltalk
    looked_after
    up service/app
    well app
}

@test "W59 the program is closed to the user" {
    needs_root
    deploy web '#!/bin/sh' 'exec setuidgid nobody ./server'
    cp /bin/sleep srv/web/server
    chmod 700 srv/web/server
    looked_after
    wait_for tried_once web
    cause web program-not-executable 5
    says_too 'nobody may not execute'
}

@test "W69 the program is a script that the user may not read" {
    needs_root
    deploy web '#!/bin/sh' 'exec setuidgid nobody ./server'
    printf '#!/bin/sh\nexec sleep 99\n' >srv/web/server
    chmod 711 srv/web/server
    looked_after
    wait_for tried_once web
    cause web file-unreadable 4
    says_too 'nobody may not read'
}
