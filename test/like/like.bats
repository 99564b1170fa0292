# SPDX-License-Identifier: MIT
# holdfast add --like, with the programs that Debian has of each kind.
# shellcheck disable=SC2016,SC2154 # scripts; names of people.bash and services.bash
load ../people/people

setup() {
    needs_root
    setup_folder
    export SVDIR=$PWD/service
    unset HOME # as init leaves it
    a_port
    looked_after
    mkdir srv/app
}

needs() {
    if command -v "$1" >/dev/null; then return 0; fi
    skip "NOT RUN: $1 is not installed (scripts/install-missing like)"
}

# Added, it listens at the first try, and nothing is wrong with it.
serves() { # OPTION... -- COMMAND...
    gives 0 holdfast add app --dir "$PWD/srv/app" --user nobody --port "$port" --wait 60 "$@"
    out "app: up (pid"
    out "listens on port $port"
    gives 0 holdfast why app
    gives 0 holdfast remove app
}

@test "java: a jar" {
    needs java
    "$hf_root/test/like/jar" srv/app/app.jar
    serves --like java --memory 64M -- app.jar
    grep -qF 'java -XX:+ExitOnOutOfMemoryError -Xmx64m -jar app.jar' srv/app/run
}

node_server() {
    echo 'require("http").createServer((_, page) => page.end("It works\n")).listen(process.env.PORT)' \
        >srv/app/server.js
}

@test "node: a script" {
    needs node
    node_server
    serves --like node --memory 64M -- server.js
    grep -qF 'node --max-old-space-size=64 server.js' srv/app/run
}

@test "node without --like: its memory is limited by its own option, not by its address space" {
    needs node
    node_server
    serves --memory 64M -- node server.js
    grep -qF ' node --max-old-space-size=64 server.js' srv/app/run
}

@test "ruby: a script" {
    needs ruby
    echo 'require "socket"; s = TCPServer.new(ENV["PORT"].to_i); loop { s.accept.close }' \
        >srv/app/app.rb
    serves --like ruby -- app.rb
}

@test "python: gunicorn" {
    needs gunicorn
    cat >srv/app/app.py <<'END'
def app(environ, start_response):
    start_response("200 OK", [])
    return [b"It works\n"]
END
    serves --like python -- gunicorn -b "127.0.0.1:$port" app:app
}

# There is no image in Debian. What its VM says of a file shows that it was asked to run that file.
squeak_says() {
    wait_for grep -qF 'cannot read image file' srv/app/log/main/current
}

an_image() { # NAME USER
    head -c 4096 /dev/zero >"srv/app/$1.image"
    touch "srv/app/$1.changes" srv/app/SqueakV41.sources
    chown "$2" "srv/app/$1".*
}

needs_squeak() {
    if ! compgen -G '/usr/lib/squeak/*/squeakvm' >/dev/null; then
        skip 'NOT RUN: squeak-vm is not installed (scripts/install-missing like-squeak)'
    fi
}

@test "squeak: an image, with the VM that is not in PATH" {
    needs_squeak
    an_image app nobody
    holdfast add app --dir "$PWD/srv/app" --user nobody --like squeak --memory 64M --wait 0 -- \
        app.image >out
    out 'ln -s'
    out "/squeakvm' -vm-sound-null -vm-display-null -mmap 64m app.image"
    squeak_says
}

@test "squeak: examples/seaside" {
    needs_squeak
    cp -a "$hf_root/examples/seaside/." srv/app
    chown -R root:root srv/app
    an_image seaside www-data
    install -d -o www-data srv/app/log/main
    gives 0 env -u VM holdfast check srv/app
    ln -s ../srv/app service/
    squeak_says
}

# Its user is in the group ssl-cert, which may read its key; its settings are not in its data
# directory; its socket's directory is on /run, which is empty after a boot.
debians_postgres() {
    local run
    run=$(dirname "$(readlink -f /usr/lib/postgresql/*/bin/postgres)")
    data=$(ls -d /var/lib/postgresql/*/main)
    mount -t tmpfs none /run
    # As at its installation: images for containers often lack the certificate.
    mkdir /run/etc /run/work
    mount -t overlay overlay -o lowerdir=/etc,upperdir=/run/etc,workdir=/run/work /etc
    make-ssl-cert generate-default-snakeoil --force-overwrite
    export SVDIR=$PWD/own
    mkdir own
    start svscan own
    setuidgid -s postgres test -r /etc/ssl/private/ssl-cert-snakeoil.key
    holdfast add pg --dir "$PWD/srv/pg" --user postgres --port "$port" --wait 60 -- \
        "$run/postgres" -D "$data" -p "$port" -c ssl=on
    setuidgid postgres psql -h /run/postgresql -p "$port" -Atc 'select 6 * 7' postgres
    holdfast stop pg
}

@test "PostgreSQL as Debian installs it: up at the first try" {
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null ||
        skip 'NOT RUN: postgresql is not installed (scripts/install-missing like)'
    export port
    apart debians_postgres >says
    grep -qx 42 says || { cat says && return 1; }
    grep -q "pg: up (pid .*), listens on port $port" says
    grep -qx 'exec setuidgid -s postgres .*' srv/pg/run
}
