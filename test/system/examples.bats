# SPDX-License-Identifier: MIT
# The examples, each as it is written, but for its port: it serves, crashes, is back, and ends.
# shellcheck disable=SC2016,SC2154,SC2153 # scripts; variables of lib.bash and services.bash
load lib
load services

setup() {
    needs_root
    hf_setup
    mkdir sv
    port=20080
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
    export PORT=$port
}

# At a path that other accounts may enter.
example() { # NAME
    chmod 755 .
    cp -a "$hf_root/examples/$1" .
    chown -R root:root "$1"
}

answers() { curl --silent --fail --max-time 2 "http://127.0.0.1:$port/" | grep -q "$1"; }

# The process of the service itself is killed: the rest of it has to go before it can be back.
serves_and_is_back() { # NAME COMMAND...
    local first name=$1
    shift
    scanning sv
    ln -s "$PWD/$name" sv/
    wait_for "$@"
    first=$(pid_of "sv/$name")
    kill -KILL "$first"
    wait_for changed "sv/$name" "$first"
    wait_for "$@"
    wait_for test -s "$name/log/main/current"
    rm "sv/$name"
    svc -t "$name"
    wait_for "! svok $name"
    end "$scanner" TERM
}

@test "examples/webapp" {
    example webapp
    serves_and_is_back webapp answers 'It works'
}

@test "examples/nginx" {
    # It would listen on port 80 if it were installed.
    "$hf_root/test/unpacked" "$hf_root/build/nginx" usr/sbin/nginx nginx libpcre2-8-0 libssl3 ||
        skip 'NOT RUN: nginx cannot be fetched'
    PATH=$PATH:$hf_root/build/nginx/usr/sbin
    LD_LIBRARY_PATH=$(echo "$hf_root"/build/nginx/usr/lib/*-linux-gnu)
    export LD_LIBRARY_PATH
    example nginx
    sed -i "s/8081/$port/" nginx/nginx.conf
    serves_and_is_back nginx answers 'It works'
}

@test "examples/chain: in order, each when the one before is ready" {
    example chain
    a_port DATABASE_PORT
    export DATABASE_PORT
    sed -i "s/8090/$port/" chain/app/service.toml
    export SVDIR=$PWD/sv
    scanning sv
    for name in app migrate database; do ln -s "$PWD/chain/$name" sv/; done
    start holdfast wait --timeout 30 ready app
    left "$started"
    answers 'IT WORKS'
    [ "$(holdfast status migrate | awk 'NR == 2 { print $2 }')" = 'done' ]
    holdfast events | awk '/ (started|ready|ended)/ { print $3, $4 }' | tr -d , >order
    [ "$(grep -n 'database ready' order | cut -d: -f 1)" -lt "$(grep -n 'migrate started' order | cut -d: -f 1)" ]
    [ "$(grep -n 'migrate ended' order | cut -d: -f 1)" -lt "$(grep -n 'app started' order | cut -d: -f 1)" ]
    end "$scanner" TERM
}

@test "examples/postgres" {
    if ! [ -d /usr/lib/postgresql ]; then skip 'NOT RUN: PostgreSQL is not installed'; fi
    example postgres
    asked() {
        [ "$(setuidgid postgres psql -h "$PWD/postgres/data" -p "$port" -Atc 'select 6 * 7' postgres)" = 42 ]
    }
    HF_PATIENCE=60 serves_and_is_back postgres asked
}

# In place of the VM: takes the same arguments, wants the same files, serves on the same port.
stand_in() {
    cat >vm <<'END'
#!/usr/bin/env python3
import http.server, os, pwd, sys
if sys.argv[1:] != ["-mmap", "256m", "-vm-sound-null", "-vm-display-null", "seaside.image"]:
    sys.exit(f"unexpected arguments: {sys.argv[1:]}")
if pwd.getpwuid(os.geteuid()).pw_name != "www-data":
    sys.exit("not www-data")
for name in ("seaside.image", "seaside.changes", "SqueakV41.sources"):
    open(name, "rb").close()
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"It works: the image\n")
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Page).serve_forever()
END
    chmod 755 vm
    touch seaside/seaside.image seaside/seaside.changes seaside/SqueakV41.sources
    export VM=$PWD/vm
}

@test "examples/seaside (with a stand-in for the VM and its image)" {
    example seaside
    stand_in
    serves_and_is_back seaside answers 'It works: the image'
}

@test "examples/seaside: without its sources it says so in its log" {
    example seaside
    stand_in
    rm seaside/SqueakV41.sources
    scanning sv
    ln -s "$PWD/seaside" sv/
    wait_for grep -q 'No such file.*sources' seaside/log/main/current
    end "$scanner" TERM
}
