# SPDX-License-Identifier: MIT
# service.toml with the programs of Debian: each says by itself, or answers, when it is ready, and is
# stopped as its manual wants it.
# shellcheck disable=SC2016,SC2034,SC2154 # scripts; names for and of people.bash and services.bash
load ../people/people

HF_PATIENCE=30

needs() {
    if command -v "$1" >/dev/null; then return 0; fi
    skip "NOT RUN: $1 is not installed (scripts/install-missing like)"
}

# It starts its program when the file `go` is there.
deploy_for() { # NAME COMMAND
    deploy "$1" '#!/bin/sh' 'exec 2>>says' 'touch here; until [ -e go ]; do sleep 0.02; done' "exec $2"
}

# What needs it has not started before; then it is ready, and that is recorded once.
ready_after_go() { # NAME
    deploy app
    rules app "needs = [\"$1\"]"
    looked_after
    wait_for test -e "srv/$1/here"
    is_not_ready "$1"
    [ -z "$(pid_of service/app)" ]
    touch "srv/$1/go"
    in_order "$1"
}

in_order() { # NAME
    wait_for is_ready "$1"
    up service/app
    [ "$(events_of "$1" | grep -c '^ready$')" = 1 ]
    holdfast events | awk -v need="$1" '
        $3 == need && $4 ~ /^ready/ { ready = 1 }
        $3 == "app" && $4 ~ /^started/ { found = ready }
        END { exit !found }'
}

stops() { # NAME
    gives 0 holdfast stop "$1"
    [ ! -s err ]
    rests "$1"
    holdfast events "$1" | tail -n 1 | grep -q 'exit code 0'
}

# PostgreSQL that asks for more of its log, which is not there until `go` is: till then it refuses
# everybody, though it listens.
a_database() {
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null ||
        skip 'NOT RUN: postgresql is not installed (scripts/install-missing like)'
    local bin
    bin=$(find /usr/lib/postgresql -path '*/bin/initdb' -printf '%h\n' | sort -V | tail -n 1)
    deploy database '#!/bin/sh' 'exec 2>>says' "exec $bin/postgres -D data -c listen_addresses='' \\" \
        '-c unix_socket_directories=.. -c restore_command="touch here; until [ -e go ]; do sleep 0.02; done; exit 1"'
    rules database '[ready]' 'by = "notify"' 'timeout = "1m"' '[process]' 'user = "postgres"' \
        '[stop]' 'signal = "INT" # fast: clients are not waited for' 'timeout = "30s"'
    chown postgres srv/database
    (cd srv/database && setuidgid postgres "$bin/initdb" -N -D data --auth=trust >/dev/null)
    touch srv/database/says
    chown postgres srv/database/says
    setuidgid postgres touch srv/database/data/recovery.signal
}
query() { setuidgid postgres psql -h "$PWD/srv/database" -Atc "$1" postgres; }

@test "PostgreSQL, by notify: listening is not ready; INT stops it, whoever is connected" {
    needs_root
    a_database
    deploy app
    rules app 'needs = ["database"]'
    looked_after
    wait_for test -e srv/database/data/here
    wait_for 'query "select 1" 2>&1 | grep -q "the database system is starting up"'
    is_not_ready database
    [ -z "$(pid_of service/app)" ]
    setuidgid postgres touch srv/database/data/go
    in_order database
    [ "$(query 'select 6 * 7')" = 42 ]
    start setuidgid postgres psql -h "$PWD/srv/database" -c 'select pg_sleep(999)' postgres >/dev/null 2>&1
    client=$started
    wait_for '[ "$(query "select count(*) from pg_stat_activity where query ~ '"'^select pg_sleep'"'")" = 1 ]'
    svc -d service/database
    wait_for rests database
    grep -q 'received fast shutdown request' srv/database/says
    grep -q 'database system is shut down' srv/database/says
    [ "$(left "$client")" != 'ended with 0' ]
    up service/app # needs_lost = "keep"
}

@test "redis, by notify: and what it says of itself; stopped by its own client, before any signal" {
    needs_root
    needs redis-server
    a_port
    deploy_for redis "redis-server --supervised systemd --port $port --bind 127.0.0.1 --save '' --logfile says"
    rules redis '[ready]' 'by = "notify"' 'timeout = "1m"' \
        '[stop]' "command = [\"redis-cli\", \"-p\", \"$port\", \"shutdown\"]"
    ready_after_go redis
    [ "$(redis-cli -p "$port" ping)" = PONG ]
    wait_for 'holdfast status redis | grep -q "Ready to accept connections"'
    stops redis
    if grep 'Received SIG' srv/redis/says; then false; fi
}

@test "memcached, by a check of its port: refused, then ready" {
    needs_root
    needs memcached
    a_port
    deploy_for memcached "memcached -l 127.0.0.1 -p $port"
    rules memcached '[ready]' 'by = "check"' "check = { tcp = \"127.0.0.1:$port\" }" \
        '[process]' 'user = "memcache"'
    chown memcache srv/memcached
    ready_after_go memcached
    (exec 3<>"/dev/tcp/127.0.0.1/$port" && echo version >&3 && read -r word _ <&3 && [ "$word" = VERSION ])
    stops memcached
}

@test "memcached, by a check of its socket, which anybody may connect to" {
    needs_root
    needs memcached
    deploy_for memcached "memcached -s $PWD/srv/memcached/socket -a 777"
    rules memcached '[ready]' 'by = "check"' "check = { unix = \"$PWD/srv/memcached/socket\" }" \
        '[process]' 'user = "memcache"'
    chown memcache srv/memcached
    ready_after_go memcached
    stops memcached
}

@test "nginx, by a check of a page: 404 is not ready; QUIT lets it answer to the end" {
    needs_root
    needs nginx
    a_port
    cp -a "$hf_root/examples/nginx/." srv/nginx
    chown -R root:root srv/nginx
    rm -r srv/nginx/log
    sed -i "s/8081/$port/; s/error_log stderr/& notice/; s/worker_processes auto/worker_processes 1/" \
        srv/nginx/nginx.conf
    ln -s ../srv/nginx service/
    rules nginx '[ready]' 'by = "check"' \
        "check = { http = \"http://127.0.0.1:$port/health\", body = \"well\" }" \
        '[stop]' 'signal = "QUIT"' 'timeout = "30s"'
    deploy app
    rules app 'needs = ["nginx"]'
    start svscan service >nginx_says 2>&1
    listening "$port"
    wait_for 'grep -q "GET /health HTTP/1.[01]. 404" nginx_says'
    is_not_ready nginx
    [ -z "$(pid_of service/app)" ]
    echo 'all is well' >srv/nginx/html/health
    in_order nginx
    first=$(pid_of service/nginx)
    gives 0 holdfast reload nginx
    wait_for 'grep -q "signal 1 (SIGHUP)" nginx_says'
    is_ready nginx
    # Half a question: it is answered before nginx exits.
    exec 7<>"/dev/tcp/127.0.0.1/$port"
    printf 'GET / HTTP/1.0\r\n' >&7
    svc -d service/nginx
    wait_for 'grep -q "gracefully shutting down" nginx_says'
    [ "$(pid_of service/nginx)" = "$first" ]
    printf '\r\n' >&7
    timeout 10 cat <&7 | grep -q 'It works'
    exec 7>&-
    wait_for rests nginx
}

@test "gunicorn, by notify" {
    needs gunicorn
    a_port
    deploy_for site "gunicorn -b 127.0.0.1:$port app:app"
    cat >srv/site/app.py <<'END'
def app(environ, start_response):
    start_response("200 OK", [])
    return [b"It works\n"]
END
    rules site '[ready]' 'by = "notify"'
    ready_after_go site
    curl --silent --fail "http://127.0.0.1:$port/" | grep -q 'It works'
    wait_for 'holdfast status site | grep -q "Gunicorn arbiter booted"'
    stops site
}

@test "a shell script, by systemd-notify; Python, by sdnotify" {
    needs systemd-notify
    /usr/bin/python3 -c 'import sdnotify' || skip 'NOT RUN: python3-sdnotify is not installed'
    deploy shell '#!/bin/sh' 'until [ -e go ]; do sleep 0.02; done' \
        'systemd-notify --ready --status="it sleeps"' 'exec sleep 999'
    rules shell '[ready]' 'by = "notify"'
    deploy python '#!/usr/bin/python3' 'import sdnotify, signal' 'to = sdnotify.SystemdNotifier(debug=True)' \
        'to.notify("STATUS=it pauses\nREADY=1")' 'signal.pause()'
    rules python 'needs = ["shell"]' '[ready]' 'by = "notify"'
    looked_after
    wait_for is_not_ready shell
    [ -z "$(pid_of service/python)" ]
    touch srv/shell/go
    wait_for is_ready shell
    wait_for is_ready python
    holdfast status shell | grep -q 'it sleeps'
    holdfast status python | grep -q 'it pauses'
}

# For s6 this number stands in a file notification-fd.
@test "s6-ipcserver -1 and s6-fdholder-daemon -1: a newline at descriptor 1" {
    needs s6-ipcserver
    deploy_for ipc 's6-ipcserver -1 socket cat'
    rules ipc '[ready]' 'by = "fd"' 'fd = 1'
    deploy holder '#!/bin/sh' 'mkdir -p rules && exec s6-fdholder-daemon -1 -i rules socket'
    rules holder 'needs = ["ipc"]' '[ready]' 'by = "fd"' 'fd = 1'
    ready_after_go ipc
    wait_for is_ready holder
    echo 'through it' | timeout 10 /usr/bin/python3 -c 'import socket, sys
to = socket.socket(socket.AF_UNIX)
to.connect(sys.argv[1])
to.sendall(sys.stdin.buffer.read())
to.shutdown(socket.SHUT_WR)
sys.stdout.buffer.write(to.recv(99))' srv/ipc/socket | grep -qx 'through it'
    gives 0 holdfast stop ipc
    rests ipc
}
