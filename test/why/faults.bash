# SPDX-License-Identifier: MIT
# Faults of a service called web, each made on a machine of its own, for the rows of remedies.md.
# shellcheck shell=bash disable=SC2016,SC2086 # pieces of scripts

set -e

# ---- words ----

web() { # [LINE...]: its run script; linked, and supervised
    written "$@"
    ln -sfn /srv/web /service/web
    supervised
}
written() {
    mkdir -p /srv/web
    printf '%s\n' '#!/bin/sh' "${@:-exec sleep 99}" >/srv/web/run
    chmod 755 /srv/web/run
}
supervised() { # [DIRECTORY]
    (cd / && exec setsid svscan "${1:-/service}" >>/tmp/said 2>&1 </dev/null) &
    until [ -e "${1:-/service}/.svscan.lock" ]; do sleep 0.02; done
}
log() { # [LINE...]
    mkdir -p /srv/web/log
    printf '%s\n' '#!/bin/sh' "${@:-exec multilog t ./main}" >/srv/web/log/run
    chmod 755 /srv/web/log/run
}
run_says() { sed -i "$1" /srv/web/run; } # SED
asks() { echo "$*" >/tmp/ask; }
script() { # FILE: from standard input
    cat >"$1" && chmod 755 "$1"
}
until_up() { until svstat /srv/web | grep -q ': up (pid'; do sleep 0.02; done; }
until_supervised() { until svok /srv/web; do sleep 0.02; done; }
until_served() { until (exec 3<>/dev/tcp/127.0.0.1/8080) 2>/dev/null; do sleep 0.05; done; }
pid() { svstat "${1:-/srv/web}" | sed -n 's/.*up (pid \([0-9]*\)).*/\1/p'; }
boot() {
    pkill -KILL -x svscan
    pkill -KILL -x holdfast-engine || true
    pkill -KILL -x sleep || true
    while pgrep -r R,S,D -x 'svscan|holdfast-engine'; do sleep 0.02; done # its locks are held until then
    supervised
}
listener() { # PORT [ADDRESS]
    mkdir -p /srv/web
    cat >/srv/web/server.py <<END
import socket
s = socket.create_server(('${2:-}', $1))
while True: s.accept()[0].close()
END
}

# ---- the run script ----

run_missing() { web; rm /srv/web/run; svc -k /srv/web; }
log_run_missing() { mkdir -p /srv/web/log; web; }
run_called_otherwise() { written; mv /srv/web/run /srv/web/run.sh; ln -s /srv/web /service; supervised; }
run_leads_nowhere() { mkdir -p /srv/web; ln -s /opt/gone /srv/web/run; ln -s /srv/web /service; supervised; script /srv/web/server <<<$'#!/bin/sh\nexec sleep 99'; }
run_is_directory() { mkdir -p /srv/web/run; ln -s /srv/web /service; supervised; }
run_noexec() { mkdir /srv/web; mount -t tmpfs -o noexec,mode=755 none /srv/web; web; }
run_not_executable() { written; chmod 644 /srv/web/run; ln -s /srv/web /service; supervised; }
keeper_is_nobody() {
    written
    chmod "$1" /srv/web/run
    chown "${2:-root:root}" /srv/web/run
    as_nobody
}
as_nobody() {
    mkdir /srv/web/supervise
    ln -s /srv/web /service
    chown nobody /srv/web /srv/web/supervise /service
    (cd / && exec setuidgid nobody svscan /service >>/tmp/said 2>&1 </dev/null) &
}
run_unreadable() { keeper_is_nobody 711; }
run_unexecutable() { keeper_is_nobody 744; }
run_without_interpreter() { written; run_says '1s/.*/#!/'; web_as_is; }
web_as_is() { ln -sfn /srv/web /service/web; supervised; }
run_with_relative_interpreter() { written; run_says '1s/.*/#!bin\/sh/'; web_as_is; }
run_interpreter_missing() { written; run_says '1s/.*/#!\/usr\/local\/bin\/nosuchshell/'; web_as_is; }
run_env_one_word() { written; run_says '1s/.*/#!\/usr\/bin\/env sh -e/'; web_as_is; }
run_crlf() { written; run_says 's/$/\r/'; web_as_is; }
rules_wrong() { written 'exec sleep 99'; printf '%s\n' '[stop]' 'timeot = "5s"' >/srv/web/service.toml; web_as_is; }
needing() { # NAME NEED
    mkdir -p "/srv/$1"
    printf '#!/bin/sh\nexec sleep 99\n' >"/srv/$1/run"
    chmod 755 "/srv/$1/run"
    [ -z "$2" ] || echo "needs = [\"$2\"]" >"/srv/$1/service.toml"
    ln -sfn "/srv/$1" "/service/$1"
}
needs_missing() { written; needing web database; web_as_is; }
needs_down() {
    written
    needing database ''
    needing web database
    web_as_is
    svc -d /service/web /service/database
    until [ "$(svstat /service/web /service/database | grep -c ': down')" = 2 ]; do sleep 0.01; done
    svc -u /service/web
    until svstat /service/web | grep -q 'want up'; do sleep 0.01; done
}
needs_cycle() { written; needing hen web; needing web hen; web_as_is; }
never_ready() { written 'exec sleep 99'; printf '%s\n' '[ready]' 'by = "fd"' >/srv/web/service.toml; web_as_is; }
run_syntax() { written 'if true; then'; web_as_is; }
run_bom() { written; run_says '1s/^/\xEF\xBB\xBF/'; web_as_is; }
run_no_shebang() { written; run_says 1d; web_as_is; }
unreachable() {
    web
    chmod 700 /srv/web
    printf '#!/bin/sh\nexec "$@"\n' >/usr/local/bin/sudo
    chmod 755 /usr/local/bin/sudo
    asks setuidgid nobody holdfast why web
}

# ---- the account, and what it may do ----

user_is_number() { web 'exec setuidgid 33 sleep 99'; }
user_with_group() { web 'exec setuidgid www-data:www-data sleep 99'; }
user_misspelt() { web 'exec setuidgid wwwdata sleep 99'; }
user_unknown() { web 'exec setuidgid appserver sleep 99'; }
entered() { # LINE...: with [process] of these lines
    written
    printf '%s\n' '[process]' "$@" >/srv/web/service.toml
}
entered_and_exits() { entered 'nice = 1'; run_says 's/.*99/echo failed; exit 3/'; web_as_is; }
entered_misspelt() { entered 'user = "wwwdata"'; web_as_is; }
entered_by_number() { entered 'user = "54321"'; web_as_is; }
entered_by_nobody() { entered 'nice = -1'; chmod 644 /srv/web/service.toml; as_nobody; }
user_strange() { web "exec setuidgid 'My Server' sleep 99"; }
settings_missing() { web 'exec envdir ./env sleep 99'; }
settings_with_directory() { mkdir -p /srv/web/env/OLD; web 'exec envdir ./env sleep 99'; }
settings_dangling() { mkdir -p /srv/web/env; ln -s /gone /srv/web/env/A; web 'exec envdir ./env sleep 99'; }
settings_closed() { mkdir -p /srv/web/env; echo 1 >/srv/web/env/A; chmod 600 /srv/web/env/A; web 'exec setuidgid www-data envdir ./env sleep 99'; }
directory_missing() { web 'cd /srv/gone' 'exec sleep 99'; }
directory_closed() { mkdir -p /srv/app; touch /srv/app/secret; chmod 600 /srv/app/secret; chmod 700 /srv/app; web 'cd /srv/app' 'exec setuidgid www-data sleep 99'; }
directory_closed_to_its_group() { mkdir -p /srv/app; chgrp www-data /srv/app; chmod 700 /srv/app; web 'cd /srv/app' 'exec setuidgid www-data sleep 99'; }
directory_of_other_group() { mkdir -p /srv/app; chgrp adm /srv/app; chmod 750 /srv/app; web 'cd /srv/app' 'exec setuidgid www-data sleep 99'; }
reads() { # FILE: a service that reads it, and stays
    printf 'import time\ntime.sleep(99)\n' >"$1"
    web "exec setuidgid www-data /usr/bin/python3 $1"
}
file_closed() { mkdir -p /srv/app; umask 077; reads /srv/app/app.py; chmod 755 /srv/app /srv/web; }
file_closed_to_its_group() { mkdir -p /srv/app; reads /srv/app/app.py; chgrp www-data /srv/app/app.py; chmod 600 /srv/app/app.py; }
file_of_other_group() { mkdir -p /srv/app; reads /srv/app/app.py; chgrp adm /srv/app/app.py; chmod 640 /srv/app/app.py; }
file_of_a_group_of_the_user() { usermod -aG adm www-data; file_of_other_group; }
file_in_root() { mkdir -p /root/app; reads /root/app/app.py; }
file_in_etc() { reads /etc/app.py; chmod 600 /etc/app.py; }
program_closed() { mkdir -p /srv/app; cp /bin/sleep /srv/app/server; chmod 700 /srv/app/server; web 'exec setuidgid www-data /srv/app/server 99'; }
program_of_its_group() { mkdir -p /srv/app; cp /bin/sleep /srv/app/server; chgrp www-data /srv/app/server; chmod 710 /srv/app/server; chmod g-x /srv/app/server; web 'exec setuidgid www-data /srv/app/server 99'; }
program_of_other_group() { mkdir -p /srv/app; cp /bin/sleep /srv/app/server; chgrp adm /srv/app/server; chmod 750 /srv/app/server; web 'exec setuidgid www-data /srv/app/server 99'; }
image() {
    mkdir -p /srv/app
    touch /srv/app/app.image /srv/app/app.changes /srv/app/Squeak.sources
    printf '#!/bin/sh\nexec sleep 99\n' >/srv/app/vm
    chmod 755 /srv/app/vm
    chown www-data /srv/app/app.changes
}
image_runs() { web 'cd /srv/app' 'exec setuidgid www-data ./vm app.image'; }
changes_of_root() { image; chown root /srv/app/app.changes; image_runs; }
changes_of_somebody() { image; chown daemon /srv/app/app.changes; image_runs; }
changes_shared() { image; chown root /srv/app/app.changes; ln /srv/app/app.changes /srv/app/other; image_runs; }
image_missing() { image; rm /srv/app/app.image; image_runs; }
sources_missing() { image; rm /srv/app/Squeak.sources; image_runs; }

# ---- the program ----

program_missing() { web 'exec /opt/gone/server'; }
program_elsewhere() { web 'exec /usr/local/bin/sleep 99'; }
program_elsewhere_unsaid() { web 'PATH=/opt/bin' 'exec tail -f /dev/null'; }
program_in_no_path() { web 'exec nosuchserver'; }
program_not_executable() { written 'exec ./server 99'; cp /bin/sleep /srv/web/server; chmod 644 /srv/web/server; web 'exec ./server 99'; }
program_of_other_machine() {
    mkdir -p /srv/web
    cp /bin/sleep /srv/web/server
    printf '\xF3\0' | dd of=/srv/web/server bs=1 seek=18 conv=notrunc 2>/dev/null
    web 'exec ./server 99'
}
library_missing() {
    mkdir -p /srv/web/lib
    echo 'int part() { return 0; }' | g++ -x c++ -shared -fPIC -o /srv/web/lib/libpart.so -
    echo 'extern "C" int pause(); int part(); int main() { part(); pause(); }' |
        g++ -x c++ -o /srv/web/server - -Wl,--no-as-needed -L/srv/web/lib -lpart
    web 'exec ./server'
}
loader_missing() {
    mkdir -p /srv/web
    echo 'int main() {}' | g++ -x c++ -o /srv/web/server - -Wl,--dynamic-linker=/lib/ld-nosuch.so.1
    web 'exec ./server 99'
}
program_crlf() { mkdir -p /srv/web; printf '#!/bin/sh\r\nexec sleep 99\r\n' >/srv/web/server; chmod 755 /srv/web/server; web 'exec ./server'; }
program_without_interpreter() { mkdir -p /srv/web; printf '#!/opt/venv/python\nexec sleep 99\n' >/srv/web/server; chmod 755 /srv/web/server; web 'exec ./server'; }
tool_missing() {
    rm -f /usr/bin/chpst /usr/sbin/chpst
    printf '#!/bin/sh\necho %s >/usr/local/bin/chpst; chmod 755 /usr/local/bin/chpst\n' \
        "'#!/bin/sh
shift 2; exec setuidgid www-data \"\$@\"'" >/usr/local/sbin/apt-get
    chmod 755 /usr/local/sbin/apt-get
    web 'exec chpst -u www-data sleep 99'
}

# ---- orders ----

down_file() { written; touch /srv/web/down; web_as_is; until_supervised; }
ordered_down() { web; until_up; svc -d /srv/web; }
ran_once() { touch /tmp/once; web 'if [ -e /tmp/once ]; then exit 0; fi' 'exec sleep 99'; until svok /srv/web; do sleep 0.02; done; svc -o /srv/web; until holdfast status web --json | grep -q '"down"'; do svc -do /srv/web; sleep 0.2; done; rm /tmp/once; }
paused() { web; until_up; svc -p /srv/web; }

# ---- it exits ----

exits_without_log() { web 'echo no licence' 'exit 3'; }
exits_in_silence() { log; web 'echo here' 'exit 3'; }
errors_unlogged() { log; web 'echo no licence >&2' 'exit 3'; }
done_at_once() { web 'exit 0'; }
in_background() { web '/bin/sleep 99 &'; }
in_background_with_port() { listener 8080; log; web 'PORT=8080' 'exec 2>&1' '/usr/bin/python3 server.py &'; until_served; }
in_background_gone() { web '/bin/true &'; }
known_daemon_unstarted() { daemon snmpd; svc -dx /srv/web; rm /service/web; asks holdfast check /srv/web; }
by_setsid() { web 'exec setsid --fork sleep 99'; }
by_setsid_unstarted() { written 'exec setsid --fork sleep 99'; asks holdfast check /srv/web; }
daemon() {
    mkdir -p /srv/web
    script "/srv/web/$1" <<'END'
#!/usr/bin/python3
import os, sys, time
if '-F' not in sys.argv:
    if os.fork(): os._exit(0)
    os.setsid()
    if os.fork(): os._exit(0)
time.sleep(99)
END
    web "exec ./$1"
}
unknown_daemon() { daemon server; }
known_daemon() { daemon snmpd; }
not_exec() { # the shell is killed, and its child has the port
    listener 8080
    log
    written 'PORT=8080' 'exec 2>&1' '/usr/bin/python3 server.py'
    web_as_is
    until_served
    svc -k /srv/web
}
limit_of_memory() { log; web 'exec 2>&1' 'exec softlimit -m 3000000 /usr/bin/python3 -c "import time; time.sleep(99)"'; }
limit_of_address_space() { log; web 'exec 2>&1' 'ulimit -v 20000' 'exec /usr/bin/python3 -c "b = bytearray(1 << 26)
import time; time.sleep(99)"'; }
limit_of_threads() { log; web 'exec 2>&1' 'exec setuidgid www-data softlimit -p 1 /usr/bin/python3 -c "import threading, time
threading.Thread().start(); time.sleep(99)"'; }
threads_gone() { log; web 'echo "fork: Resource temporarily unavailable"' 'exit 1'; }
limit_of_descriptors() {
    mkdir -p /srv/web
    printf 'import os, time\nfor i in range(100): os.open("/dev/null", 0)\ntime.sleep(99)\n' >/srv/web/app.py
    log
    web 'exec 2>&1' 'exec softlimit -o 20 /usr/bin/python3 app.py'
}
memory_gone() { log; web 'echo "std::bad_alloc"' 'exit 1'; }
heap_of() { # NAME OPTION WORDS: it lives with this option, else it says that and exits
    script "/usr/local/bin/$1" <<<"#!/bin/sh
case \"\$*\" in *$2*) exec sleep 99 ;; esac
echo '$3'
exit 1"
    log
}
memory_of_node() { heap_of node --max-old-space-size= 'FATAL ERROR: JavaScript heap out of memory'; touch /srv/web/app.js; web 'exec node app.js'; }
memory_of_java() { heap_of java -Xmx 'java.lang.OutOfMemoryError: Java heap space'; touch /srv/web/app.jar; web 'exec java -jar app.jar'; }
port_taken_by_unknown() { log; web 'echo "bind: address already in use"' 'exit 1'; }
disk_full_of_program() { log; web 'echo "write: no space left on device"' 'exit 1'; }
envdir_complains() { # run does not say which
    mkdir -p /srv/web/env/OLD
    script /srv/web/start <<<$'#!/bin/sh\nexec envdir ./env sleep 99'
    log
    web 'exec 2>&1' 'exec ./start'
}
file_refused() { log; web 'exec 2>&1' 'exec setuidgid www-data sh -c "cat /etc/shadow && exec sleep 99"'; }
file_refused_unnamed() {
    mkdir -p /srv/data
    (umask 077 && touch /srv/data/key)
    log
    web 'exec 2>&1' "exec setuidgid www-data sh -c '[ -r /srv/data/key ] || { echo EACCES; exit 1; }; exec sleep 99'"
}
file_gone() { log; web 'exec 2>&1' 'exec setuidgid www-data sh -c "cat /srv/data/app.db && exec sleep 99"'; mkdir -p /srv/data; }
socket_gone() { log; web 'exec 2>&1' 'exec setuidgid www-data sh -c "ls /run/app && exec sleep 99"'; }
certificate_gone() {
    mkdir -p /etc/ssl/certs
    rm -f /etc/ssl/certs/ssl-cert-snakeoil.pem /etc/ssl/private/ssl-cert-snakeoil.key
    find /etc/ssl/certs -lname ssl-cert-snakeoil.pem -delete
    log; web 'exec 2>&1' 'cat /etc/ssl/certs/ssl-cert-snakeoil.pem && exec sleep 99'
}
writes_beside_itself() { log; web 'exec 2>&1' "exec setuidgid www-data sh -c 'echo 1 >./store && exec sleep 99'"; }
writes_beside_others() { mkdir -p /srv/store; log; web 'exec 2>&1' "exec setuidgid www-data sh -c 'echo 1 >/var/lib/store && exec sleep 99'"; }
dumps_core() {
    script /usr/local/bin/gdb <<<$'#!/bin/sh\n[ -e "$2" ] && echo "$1 crashed, see $2"'
    echo core >/proc/sys/kernel/core_pattern; web 'ulimit -c unlimited' 'kill -SEGV $$'
}

# ---- the port ----

port_of_service() {
    mkdir -p /srv/other
    listener 8080
    cp /srv/web/server.py /srv/other/
    printf '#!/bin/sh\nexec /usr/bin/python3 server.py\n' >/srv/other/run
    chmod 755 /srv/other/run
    ln -s /srv/other /service/
    supervised
    until_served
    log
    written 'PORT=8080' 'exec 2>&1' 'exec /usr/bin/python3 server.py'
    ln -s /srv/web /service/
}
port_of_stranger() {
    listener 8080
    setsid /usr/bin/python3 /srv/web/server.py >/dev/null 2>&1 </dev/null &
    until_served
    log
    written 'PORT=8080' 'exec 2>&1' 'exec /usr/bin/python3 server.py'
    web_as_is
}
socket_server() { # and another one, which has its socket
    mkdir -p /srv/web
    printf 'import socket, time\ns = socket.socket(socket.AF_UNIX)\ns.bind("/srv/web/app.sock")\ns.listen()\ntime.sleep(99)\n' >/srv/web/server.py
    cp /srv/web/server.py /srv/stranger.py
    log
    written 'exec 2>&1' 'exec /usr/bin/python3 server.py'
    (cd / && exec setsid /usr/bin/python3 /srv/stranger.py >/dev/null 2>&1 </dev/null) &
    until [ -S /srv/web/app.sock ]; do sleep 0.05; done
}
socket_stale() { socket_server; kill $!; wait $! || true; web_as_is; }
socket_taken() { socket_server; web_as_is; }
port_of_root() {
    mkdir -p /srv/web
    echo 1024 >/proc/sys/net/ipv4/ip_unprivileged_port_start
    printf 'import os, socket\ns = socket.create_server(("", int(os.environ["PORT"])))\nwhile True: s.accept()[0].close()\n' >/srv/web/server.py
    log
    web 'PORT=81' 'export PORT' 'exec 2>&1' 'exec setuidgid www-data /usr/bin/python3 server.py'
}
port_wrong() { listener 8081; web 'PORT=8080' 'exec /usr/bin/python3 server.py'; }
port_without_listener() { web 'PORT=8080' 'exec sleep 99'; }
port_without_listener_logged() { log; web 'PORT=8080' 'echo starting' 'exec sleep 99'; until grep -q starting /srv/web/log/main/current; do sleep 0.05; done; }
image_serves_nothing() { image; image_runs; }
serving_vm() { listener 8080; printf '#!/bin/sh\nexec /usr/bin/python3 /srv/web/server.py\n' >/srv/app/vm; }
loopback_of_web() { listener 8080 127.0.0.1; mv /srv/web/server.py /srv/web/http_server.py; web 'PORT=8080' 'exec /usr/bin/python3 -m http.server 8080 --bind 127.0.0.1'; }
loopback() { listener 5432 127.0.0.1; web 'PORT=5432' 'exec /usr/bin/python3 server.py'; }
ipv6_alone() {
    mkdir -p /srv/web
    cat >/srv/web/server.py <<'END'
import os, socket
s = socket.socket(socket.AF_INET6)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(os.path.exists('only')))
s.bind(('::', 8080))
s.listen()
while True: s.accept()[0].close()
END
    touch /srv/web/only
    web 'PORT=8080' 'exec /usr/bin/python3 server.py'
    asks holdfast why web --port 8080
}
lo_down() { listener 8080; web 'PORT=8080' 'exec /usr/bin/python3 server.py'; until_up; until [ -n "$(ss -Hltn 'sport = 8080')" ]; do sleep 0.05; done; ip link set lo down; }
prohibited() { listener 8080; web 'PORT=8080' 'exec /usr/bin/python3 server.py'; until_up; ip rule add pref 1 table local; ip rule del pref 0; ip rule add pref 0 ipproto tcp dport 8080 prohibit; }
not_accepting() {
    listener 8080
    sed -i 's/^while/import os, time\nif os.path.exists("stuck"): os.remove("stuck"); time.sleep(99)\nwhile/' /srv/web/server.py
    touch /srv/web/stuck
    web 'PORT=8080' 'exec /usr/bin/python3 server.py'
}

# ---- the process ----

stopped() { web; until_up; kill -STOP "$(pid)"; }
traced() {
    web
    until_up
    strace -p "$(pid)" -o /dev/null >/dev/null 2>&1 &
    sleep 0.3
    kill -STOP "$(pid)"
}
full_of_descriptors() {
    mkdir -p /srv/web
    cat >/srv/web/app.py <<'END'
import os, time
try:
    for i in range(40): os.open("/dev/null", 0)
except OSError: pass
time.sleep(99)
END
    web 'ulimit -n 30' 'exec /usr/bin/python3 app.py'
}
runs_as_root() { web; }
run_of_its_user() { written 'exec setuidgid www-data sleep 99'; chown www-data /srv/web/run; web_as_is; }
directory_of_its_user() { written 'exec setuidgid www-data sleep 99'; chown www-data /srv/web; web_as_is; }
directory_above_of_its_user() {
    written 'exec setuidgid www-data sleep 99'
    install -d -o www-data /home/app
    mv /srv/web /home/app/
    ln -s /home/app/web /service/
    supervised
}
run_changed() { web; until_up; run_says s/99/98/; touch -d '+20 seconds' /srv/web/run; }
shell_in_front() { mkdir -p /srv/web; script /srv/web/server <<<$'#!/bin/sh\nexec sleep 99'; web './server'; until_up; until pgrep -P "$(pid)" >/dev/null; do sleep 0.02; done; }
shell_in_front_unstarted() { written './server'; script /srv/web/server <<<$'#!/bin/sh\nexec sleep 99'; asks holdfast check /srv/web; }
pipe_unstarted() { written 'sleep 99 | cat'; asks holdfast check /srv/web; }
does_not_stop() { web "trap '' TERM" 'touch ready' 'while :; do sleep 0.1; done'; until [ -e /srv/web/ready ]; do sleep 0.02; done; svc -d /srv/web; }
database_does_not_stop() { # NAME
    mkdir -p /srv/web
    script "/srv/web/$1" <<'END'
#!/usr/bin/python3
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: print('saving', flush=True))
signal.signal(signal.SIGINT, lambda *_: sys.exit())
open('ready', 'w')
while True: signal.pause()
END
    log
    web "exec ./$1"
    until [ -e /srv/web/ready ]; do sleep 0.02; done
    svc -d /srv/web
    until grep -q saving /srv/web/log/main/current; do sleep 0.02; done
}
postgres_does_not_stop() { database_does_not_stop postgres; }
redis_does_not_stop() { database_does_not_stop redis-server; }

# ---- the log ----

log_is_file() { web; written; echo 'exec multilog t ./main' >/srv/web/log; sed -i '1i #!/bin/sh' /srv/web/log; chmod 755 /srv/web/log; }
log_leads_nowhere() { web; ln -s /srv/gone /srv/web/log; mkdir -p /srv/logger; printf '#!/bin/sh\nexec multilog t ./main\n' >/srv/logger/run; chmod 755 /srv/logger/run; }
log_of_another() {
    written
    mkdir -p /srv/other/log
    printf '#!/bin/sh\nexec sleep 99\n' >/srv/other/run
    printf '#!/bin/sh\nexec multilog t ./main\n' >/srv/other/log/run
    chmod 755 /srv/other/run /srv/other/log/run
    ln -s /srv/other /service/
    supervised
    until svstat /srv/other/log | grep -q ': up'; do sleep 0.02; done
    ln -s ../other/log /srv/web/log
    ln -s /srv/web /service/
}
logger_fails() { log 'exit 4'; web; until_up; }
log_of_root() { mkdir -p /srv/web/log/main; chmod 700 /srv/web/log/main; log 'exec setuidgid nobody multilog t ./main'; web; }
log_with_other_things() { mkdir -p /srv/web/log/main; touch /srv/web/log/main/notes.txt; log 'exec setuidgid nobody multilog t ./main'; web; }
log_missing() { log 'exec setuidgid nobody multilog t ./main'; web; }
log_locked() {
    for name in web other; do
        mkdir -p /srv/$name/log
        printf '#!/bin/sh\nexec multilog t /srv/maillog\n' >/srv/$name/log/run
        printf '#!/bin/sh\nexec sleep 99\n' >/srv/$name/run
        chmod 755 /srv/$name/run /srv/$name/log/run
    done
    ln -s /srv/other /service/
    supervised
    until svstat /srv/other/log | grep -q 'up (pid .*) [1-9]'; do sleep 0.1; done
    ln -s /srv/web /service/
}
log_on_full_disk() { mkdir -p /srv/web/log/main; mount -t tmpfs -o size=64k none /srv/web/log/main; dd if=/dev/zero of=/srv/web/log/main/fill bs=4k 2>/dev/null || true; log; web; }
log_deleted() { install -d -o nobody /srv/web/log/main; log 'exec setuidgid nobody multilog t ./main'; web 'echo here' 'exec sleep 99'; until grep -q here /srv/web/log/main/current; do sleep 0.05; done; rm -r /srv/web/log/main; }
log_file_deleted() { log; web 'echo here' 'exec sleep 99'; until grep -q here /srv/web/log/main/current; do sleep 0.05; done; rm /srv/web/log/main/current; }
waits_for_its_logger() { # COMMAND: that holds the logger
    log
    web "exec /usr/bin/python3 -c 'import os, time
while not os.path.exists(\"go\"): time.sleep(0.02)
print(200000 * \"x\\n\", flush=True)
time.sleep(99)'"
    until_up
    until [ -n "$(pid /srv/web/log)" ]; do sleep 0.02; done
    $1 "$(eval "$2")"
    touch /srv/web/go
}
logger_paused() { waits_for_its_logger 'svc -p' 'echo /srv/web/log'; }
logger_stopped() { waits_for_its_logger 'kill -STOP' 'pid /srv/web/log'; }

# ---- supervision ----

not_linked() { written; supervised; }
not_linked_and_down() { written; touch /srv/web/down; supervised; }
renamed() { web; until_up; mv /service/web /service/other; }
unlinked() { web; until_up; rm /service/web; until_unlinked; }
until_unlinked() { until holdfast why /srv/web | grep -q 'its link was removed'; do sleep 0.05; done; }
unlinked_of_another_name() { unlinked; asks holdfast why shop; }
not_linked_nowhere() { supervised; }
not_linked_misspelt() { written; mv /srv/web /srv/webb; ln -s /srv/webb /service/; supervised; }
no_directory() { supervised; asks holdfast why /srv/nothing; }
linked_nowhere() { written; ln -s /srv/gone /service/web; supervised; }
linked_to_file() { written; touch /srv/file; ln -s /srv/file /service/web; supervised; }
file_in_place() { written; touch /service/web; supervised; }
hidden_name() { written; ln -s /srv/web /service/.web; supervised; asks holdfast why .web; }
no_service_directory() { rmdir /service; asks holdfast why web --folder /service; }
no_svscan() { written; ln -s /srv/web /service/; }
svscan_elsewhere() { written; ln -s /srv/web /service/; mkdir /other; supervised /other; asks holdfast why web --folder /service; }
nobody_supervises() { written; supervised; asks holdfast why /srv/web; }
lock_held() { written; mkdir /srv/web/supervise; setsid setlock /srv/web/supervise/lock sleep 99 >/dev/null 2>&1 & while setlock -n /srv/web/supervise/lock true 2>/dev/null; do sleep 0.02; done; web_as_is; }
supervised_by_another() {
    written
    cp /command/supervise /usr/local/bin/runsv
    (cd /srv && exec setsid runsv web >/dev/null 2>&1 </dev/null) &
    until svok /srv/web; do sleep 0.02; done
    supervised
    ln -s /srv/web /service/
}
disk_full() { mkdir /srv/web; mount -t tmpfs -o size=64k,mode=755 none /srv/web; written; dd if=/dev/zero of=/srv/web/fill bs=4k 2>/dev/null || true; web_as_is; }
inodes_gone() { mkdir /srv/web; mount -t tmpfs -o nr_inodes=20,mode=755 none /srv/web; written; mkdir /srv/web/fill; touch /srv/web/fill/{1..40} 2>/dev/null || true; web_as_is; }
control_in_the_way() { written; mkdir /srv/web/supervise; touch /srv/web/supervise/control; web_as_is; }
supervise_in_the_way() { written; touch /srv/web/supervise; web_as_is; }
supervise_leads_nowhere() { written; ln -s /run/runit/web /srv/web/supervise; rm -rf /run/runit; web_as_is; }
svscan_stopped() { supervised; sleep 0.2; kill -STOP "$(pgrep -x svscan)" "$(pgrep -x holdfast-engine)"; written; ln -s /srv/web /service/; }
let_go() { web; until_up; svc -dx /srv/web; }
