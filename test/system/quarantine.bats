# SPDX-License-Identifier: MIT
# A directory at which the engine dies is left aside, so that the others are supervised.
# shellcheck disable=SC2016,SC2154 # scripts of services; names that lib.bash sets
load lib
load services

# strace kills every engine, and every probe, that opens something in sv/bad.
setup() {
    hf_setup
    needs_root
    mkdir sv programs
    cp "$HF_BIN"/svscan "$HF_BIN"/holdfast-engine programs
    mv programs/holdfast-engine programs/real
    cat >programs/holdfast-engine <<X
#!/bin/sh
if [ -e $PWD/mended ]; then exec $PWD/programs/real "\$@"; fi
exec strace -D -f -A -o $PWD/trace -P $PWD/sv/bad -e trace=openat \\
    -e inject=openat:signal=SIGSEGV $PWD/programs/real "\$@"
X
    chmod 755 programs/holdfast-engine
    service sv/good
    service sv/bad
    start programs/svscan sv 2>words
    scanner=$started
    wait_for grep -q 'killed the engine twice' words
    up sv/good
    before=$(pid_of sv/good)
}

engine_now() { pgrep -o -P "$scanner" -x 'holdfast-engine|real'; }

state_of_bad() { holdfast status --folder sv bad; }

died() { grep -c 'killed by SIGSEGV' trace; }

@test "a directory that kills the engine is left aside, said once, and taken when it is mended" {
    svc -t sv/good
    wait_for changed sv/good "$before"
    [ "$(grep -c 'the engine was killed by signal 11' words)" = 2 ]
    grep -q 'the engine was killed by signal 11 at bad; ' words
    # A process of its own tries, and dies in the engine's place.
    last=$(engine_now)
    HF_PATIENCE=30 wait_for '[ "$(died)" -ge 3 ]'
    [ "$(engine_now)" = "$last" ]
    [ "$(grep -c 'killed the engine twice' words)" = 1 ]
    touch mended
    kill -KILL "$last"
    HF_PATIENCE=40 up sv/bad
    [ "$(grep -c 'the engine was killed by signal 11' words)" = 2 ]
    state_of_bad | grep -q '^bad  *up '
    [ ! -e sv/.svscan.quarantine ]
}

@test "what the guardian remembers of it is remembered by an upgraded one" {
    last=$(engine_now)
    kill -USR2 "$scanner"
    wait_for '[ -n "$(engine_now)" ] && [ "$(engine_now)" != "$last" ]'
    wait_for svok sv/good
    [ "$(pid_of sv/good)" = "$before" ]
    wait_for '[ "$(grep -c "killed the engine twice" words)" = 2 ]'
    [ "$(grep -c 'the engine was killed by signal 11' words)" = 2 ]
}

# A number of what status --json says of a service.
number() { # FIELD SERVICE
    holdfast status --folder sv --json "$2" | sed -nE "s/^ *\"$1\": ([0-9]+),?\$/\1/p"
}

@test "status and why tell of it: since when, when it is tried again, and what to do" {
    run holdfast status --folder sv bad
    [ "$status" = 1 ]
    grep -q '^bad  *quarantined ' <<<"$output"
    since=$(number since bad)
    [ "$since" -le "$(date +%s)" ]
    [ "$since" -ge "$(stat -c %Y programs/holdfast-engine)" ]
    [ "$(number next_try bad)" -gt "$since" ]
    [ -z "$(number since good)" ]
    holdfast status --folder sv --json >out
    /usr/bin/python3 -W ignore -m jsonschema -i out "$hf_root/doc/status.schema.json"
    run holdfast why --folder sv --json bad
    [ "$status" = 1 ]
    grep -q '"cause": "quarantined"' <<<"$output"
    grep -q '"state": "quarantined"' <<<"$output"
    run holdfast why --folder sv bad
    [ "$status" = 1 ]
    grep -q 'engine was killed twice at .*sv/bad, ' <<<"$output"
    grep -q 'mv .*sv/bad/supervise .*sv/bad/supervise.old' <<<"$output"
    # The next engine remembers since when.
    last=$(engine_now)
    kill -KILL "$last"
    wait_for '[ -n "$(engine_now)" ] && [ "$(engine_now)" != "$last" ]'
    wait_for svok sv/good
    [ "$(number since bad)" = "$since" ]
}

@test "without a svscan it is unsupervised, as any other" {
    end "$scanner"
    wait_for 'state_of_bad | grep -q "^bad  *unsupervised "'
}
