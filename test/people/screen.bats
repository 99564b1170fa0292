# SPDX-License-Identifier: MIT
# holdfast status on terminals of any size, into pipes, and of very many services.
# shellcheck disable=SC2016,SC2143,SC2154 # pieces of shell for wait_for; names of lib.bash
load people

# Ten thousand directories, each with its own `supervise` and the record of a service that is up.
ten_thousand() {
    looked_after
    deploy model
    up service/model
    many=many
    if [ -w /dev/shm ]; then many=$(mktemp -d -p /dev/shm); fi
    /usr/bin/python3 - "$many" <<'END'
import os, sys
status = open('srv/model/supervise/status', 'rb').read()
for i in range(10000):
    place = f'{sys.argv[1]}/s{i:05d}/supervise'
    os.makedirs(place)
    open(place + '/status', 'wb').write(status)
    os.mkfifo(place + '/ok')
END
}

@test "P14 ten thousand services" {
    ten_thousand
    rc=0
    gives 0 holdfast status --folder "$many" || rc=1
    rm -r "$many"
    [ "$rc" = 0 ]
    [ "$(grep -c ' up ' out)" = 10000 ]
}

@test "P15 the service folder: --folder before or after the command, else SVDIR" {
    deploy web
    mkdir -p other/elsewhere
    gives 0 holdfast names
    [ "$(cat out)" = web ]
    for way in '--folder other names' '--folder=other names' 'names --folder other' \
        '--folder service names --folder other'; do
        # shellcheck disable=SC2086 # many words
        gives 0 holdfast $way
        [ "$(cat out)" = elsewhere ]
    done
    gives 100 holdfast --folder other
    err 'a command is missing'
    gives 100 holdfast --folder other statsu
    err 'did you mean: holdfast status'
    gives 100 holdfast --nosuch status
    err 'there is no option --nosuch'
    gives 100 holdfast --folder
    gives 0 holdfast --folder other --help
    out '--folder DIR'
}

@test "P16 --watch on a terminal: what changes, what does not fit" {
    looked_after
    for i in {10..39}; do deploy "web$i"; done
    up service/web10 service/web39
    terminal holdfast status --watch
    sees '^web10 +up +[0-9]+'
    sees '^... and 9 more: holdfast top'
    sees '^NAME +STATE'
    svc -d service/web10
    sees '^web10 +down'
    tmux resize-window -x 80 -y 40
    sees '^web39 +up'
    tmux send-keys C-c
    sees '^[#$] *$'
}

@test "P17 a narrow terminal: empty columns go, lines are cut, and a pipe gets all" {
    looked_after
    deploy a-service-with-a-name-of-some-length
    up service/a-service-with-a-name-of-some-length
    gives 0 holdfast status
    [ "$(wc -L <out)" -gt 80 ]
    out LISTENS
    TERM=xterm on_terminal holdfast status
    sed -e 's/\x1B\[[0-9;]*m//g' -e 's/\r$//' screen >plain
    [ "$(wc -l <plain)" = 2 ]
    [ "$(wc -L <plain)" -le 80 ]
    hf_has_text plain MEMORY
    if grep -q LISTENS plain; then cat plain && false; fi
}

@test "P18 --watch into a pipe: no escape sequences" {
    looked_after
    deploy web
    up service/web
    start holdfast status --watch >out
    wait_for '[ "$(grep -c "^web " out)" -ge 2 ]'
    kill "$started"
    [ -z "$(grep -P '\033' out)" ]
    start holdfast status --watch --json >out
    wait_for '[ "$(grep -c "\"format\"" out)" -ge 2 ]'
    kill "$started"
    /usr/bin/python3 - <<'END'
import json
text = open('out').read()
json.JSONDecoder().raw_decode(text)
END
}
