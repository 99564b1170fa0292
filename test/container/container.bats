# SPDX-License-Identifier: MIT
# svscan as the first process of a container: examples/container, run by crun.
# shellcheck disable=SC2016,SC2154 # scripts of services; variables of lib.bash
load ../system/lib
load ../system/services

setup() {
    needs_root
    hf_setup
    "$hf_root/examples/container/make-bundle" bundle "$HF_BIN"
    a_port
    sed -i "s/PORT=8080/PORT=$port/" bundle/config.json
}

teardown() {
    oci delete --force test >/dev/null 2>&1 || true
    hf_teardown
}

# crun refuses a machine that has both versions of cgroups mounted: it is shown the newer alone.
oci() {
    unshare --mount sh -c '
        if [ -d /sys/fs/cgroup/unified ]; then
            mount --bind /sys/fs/cgroup/unified /sys/fs/cgroup
        fi
        exec "$@"' oci crun --root "$hf_test/crun" --cgroup-manager=disabled "$@"
}

main_is() { # SCRIPT
    printf '#!/bin/sh\n%s\n' "$1" >bundle/rootfs/etc/service/web/run
}

ends_with() { # CODE
    local code=0
    timeout 30 bash -c "$(declare -f oci); oci run --bundle bundle test" >out 2>&1 </dev/null || code=$?
    [ "$code" = "$1" ] || { echo "ended with $code" && head -n 20 out && false; }
}

export_test() { export hf_test; }

in_background() {
    oci run --bundle bundle test >out 2>&1 </dev/null 3>&- &
    container=$!
}

answers() { curl --silent --max-time 2 "http://127.0.0.1:$port/" | grep -qx 'It works.'; }

@test "the container ends with the exit code of its main service, or of the signal" {
    export_test
    main_is 'exit 7'
    ends_with 7
    main_is 'exit 0'
    ends_with 0
    main_is 'kill -KILL $$'
    ends_with 137
}

@test "the example serves, says its service's name with each line, and stops on TERM" {
    in_background
    wait_for answers
    wait_for grep -qE '^20.{24}Z web: .*response:200' out
    oci kill test TERM
    wait "$container"
}

@test "the root is read-only, /run noexec, the user any" {
    export_test
    sed -i 's/"uid": 1000, "gid": 1000/"uid": 12345, "gid": 12345/' bundle/config.json
    main_is 'id; touch /x; touch /etc/service/x; echo echo ran >/run/x; chmod 755 /run/x; /run/x
        grep " /run " /proc/mounts; exit 3'
    ends_with 3
    grep -q 'uid=12345 gid=12345' out
    grep -q 'touch: /x: Read-only file system' out
    grep -q '/run/x: Permission denied' out
    if grep -q '^ran' out; then false; fi
    if grep -qE '^(svscan|supervise):' out; then cat out && false; fi
}

@test "the environment and the arguments of the container reach the service" {
    export_test
    main_is 'echo "$PORT"; readlink /proc/self/cwd; [ "$(cat /proc/1/comm)" = svscan ]'
    ends_with 0
    grep -q "$port" out
    grep -q '/etc/service/web' out
}

@test "the last lines before the end are not lost" {
    export_test
    main_is 'seq 20000; printf last; exit 8'
    ends_with 8
    sed -nE 's/^20.{24}Z web: //p' out | cmp - <(seq 20000 && echo last)
}

@test "a thousand orphans that end are buried" {
    export_test
    main_is 'i=0
        while [ $i -lt 1000 ]; do i=$((i+1)); (sh -c "echo \$PPID >>/run/parents" &); done
        until [ "$(wc -l </run/parents)" = 1000 ]; do usleep 10000; done
        until ! grep -q "^State:.*Z" /proc/[0-9]*/status 2>/dev/null; do usleep 10000; done
        exit 4'
    ends_with 4
}

@test "the container can be started again on the same files, after its end and after a kill" {
    # Now the state is kept in the root, not in a /run that is new each time.
    export_test
    sed -i 's/"readonly": true/"readonly": false/; s/"uid": 1000, "gid": 1000/"uid": 0, "gid": 0/' \
        bundle/config.json
    rm bundle/rootfs/etc/service/web/supervise
    main_is 'exit 5'
    ends_with 5
    [ -e bundle/rootfs/etc/service/web/supervise/status ]
    ends_with 5

    main_is 'echo up; exec sleep 99'
    in_background
    wait_for grep -q up out
    oci kill test KILL
    wait "$container" || true
    oci delete --force test || true
    main_is 'exit 6'
    ends_with 6
}

@test "the Dockerfile installs what the packages are built with" {
    dockerfile=$(tr -s ' \\\n' ' ' <"$hf_root/examples/container/Dockerfile")
    sed -n '/^Build-Depends:/,/^[A-Z].*:/p' "$hf_root/debian/control" | grep -oE '[a-z0-9-]+' |
        grep -E '^(cmake|ninja-build|.*-dev)$' >needed
    [ "$(wc -l <needed)" -ge 5 ]
    while read -r package; do
        [[ $dockerfile == *" $package "* ]] || { echo "not there: $package" && false; }
    done <needed
}
