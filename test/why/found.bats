# SPDX-License-Identifier: MIT
# Run scripts as they are published for daemontools, runit and s6, and what stopped people with them.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names that lib.bash sets
load why

@test "W300 a carriage return inside quotes is none of Windows" {
    deploy ftp
    printf "#!/bin/sh\nexec softlimit -o20 /usr/local/bin/nosuchserver -B'220 x .\r\n' 0 21\n" >srv/ftp/run
    finds ftp program-missing 5
}

@test "W301 a carriage return in a document within run is none of Windows" {
    printf '#!/bin/sh\ncat >/dev/null <<END\nHELO x\r\nEND\nexec /usr/local/bin/nosuchserver\n' >text
    deploy smtp
    cp text srv/smtp/run
    finds smtp program-missing 5
}

@test "W302 what stands after a document within run is read" {
    deploy web '#!/bin/sh' 'cat >/dev/null <<-"END" &&' 'exec /not/this' '	END' 'true' 'exec ./server'
    finds web program-missing 5
    says_too "$PWD/srv/web/server does not exist"
}

@test "W303 log is a file, as daemontools-encore has it" {
    deploy web
    echo 'exec multilog t ./main' >srv/web/log
    looked_after
    up service/web
    cause web logger-down 9
    says_too 'is a file; it has to be a directory'
}

@test "W304 run sleeps before a program that is not there" {
    deploy lockd '#!/bin/sh' 'sleep 99' 'exec /usr/sbin/nosuchserver -F -p 16001'
    looked_after
    up service/lockd
    cause lockd program-missing 5
}

@test "W305 supervise is a link into a directory that is gone after a boot" {
    deploy web
    ln -s "$PWD/run/runit/web" srv/web/supervise
    looked_after
    wait_for grep -q web messages
    if svok service/web; then skip "NOT RUN: what the link names is made"; fi
    cause web supervise-unusable 1
    says_too "$PWD/run/runit/web, which does not exist"
}

@test "W306 a tool that run calls is not installed" {
    for tool in chpst s6-setuidgid gosu su-exec; do
        if command -v $tool; then continue; fi
        deploy "with-$tool" '#!/bin/sh' 'exec 2>&1' "exec $tool root sleep 99"
        finds "with-$tool" program-missing 5
        says_too "run calls $tool, which is nowhere in PATH"
    done
}

@test "W307 su, runuser and setpriv to a user who does not exist" {
    deploy one '#!/bin/sh' 'exec su -s /bin/sh -c "exec sleep 99" nosuchuser'
    deploy two '#!/bin/sh' 'exec runuser -u nosuchuser -- sleep 99'
    deploy three '#!/bin/sh' 'exec setpriv --reuid=nosuchuser --clear-groups sleep 99'
    deploy four '#!/bin/sh' 'exec sudo -u nosuchuser sleep 99'
    for name in one two three four; do
        if [ $name = four ] && ! command -v sudo; then continue; fi
        finds $name user-missing 4
        says_too nosuchuser
    done
}

@test "W308 the port of a client is that of another machine" {
    printf '#!/bin/sh\nexec sleep 99\n' >client
    chmod 755 client
    deploy queue '#!/bin/sh' "exec $PWD/client --host broker.example.org --port 1883"
    deploy tunnel '#!/bin/sh' "exec $PWD/client -N -p 2222 -L 127.0.0.1:5432:db:5432 me@host.example.org"
    looked_after
    up service/queue service/tunnel
    well queue
    well tunnel
}

@test "W309 env with a dash alone" {
    deploy send '#!/bin/sh' 'exec env - PATH="/usr/bin:/bin" sleep 99'
    finds send null 0
    looked_after
    up service/send
    well send
}

@test "W310 what run makes before it uses it is not missed before the first start" {
    deploy place '#!/bin/sh' "mkdir -p $PWD/stats/fast" "cd $PWD/stats/fast" 'exec sleep 99'
    deploy settings '#!/bin/sh' 'mkdir -p env && echo 80 >env/PORT' 'exec envdir env sleep 99'
    deploy program '#!/bin/sh' 'cp /bin/sleep ./server' 'exec ./server 99'
    deploy file '#!/bin/sh' 'sed s/a/b/ /etc/hostname >app.conf' 'exec cat app.conf'
    for name in place settings program file; do finds $name null 0; done
}

@test "W311 what run should have made is missed after its end" {
    deploy place '#!/bin/sh' 'mkdir gone/deep' 'cd gone/deep || exit 1' 'exec sleep 99'
    looked_after
    died place
    cause place file-missing 5
}

@test "W312 two loggers with one directory: who has it" {
    for name in pop smtp; do
        log $name "exec multilog t $PWD/maillog"
        deploy $name
    done
    looked_after
    up service/pop service/smtp
    wait_for 'svstat service/pop/log service/smtp/log | grep -q "up (pid .*) [1-9]"'
    for name in pop smtp; do holdfast why $name --folder service >$name.out || true; done
    grep -q 'is locked by the service \(pop\|smtp\)/log' pop.out smtp.out
}

@test "W313 a limit of data in which nothing can be loaded" {
    deploy httpd '#!/bin/sh' 'exec softlimit -o20 -d50000 sleep 99'
    looked_after
    died httpd
    cause httpd memory-limit 6
}

@test "W314 files of another supervisor are not executed, and that is said" {
    deploy a
    mkdir srv/a/control
    touch srv/a/finish srv/a/check srv/a/control/t
    finds a null 0
    says_too '"not-executed"'
    says_too 'finish, check, control/t'
}

@test "W315 another daemon of the same interpreter is no copy" {
    cp "$(readlink -f /bin/sh)" lang
    mkdir other
    local here=$PWD
    (cd other && setsid "$here/lang" -c 'echo $$ >pid; while :; do sleep 1; done' &)
    wait_for test -s other/pid
    echo 'echo nothing to do' >app
    deploy a '#!/bin/sh' "exec $PWD/lang $PWD/app"
    looked_after
    died a
    cause a ends-at-once 7
    kill "$(cat other/pid)"
    if grep -q 'left behind\|kill [0-9]' answer; then cat answer && false; fi
}

@test "W316 a name with a typing error is no user to be made" {
    if ! getent passwd www-data; then skip "NOT RUN: no user www-data"; fi
    deploy web '#!/bin/sh' 'exec setuidgid wwwdata sleep 99'
    finds web user-missing 4
    says_too 'setuidgid www-data'
    if grep -q useradd answer; then cat answer && false; fi
}

@test "W317 an open quote comes before a user who does not exist" {
    deploy web '#!/bin/sh' "exec setuidgid ' www-data sleep 99"
    finds web run-syntax 2
}

@test "W318 a repaired service is not called broken" {
    deploy web '#!/bin/sh' 'exec 2>&1' 'cat settings || exit 3' 'exec sleep 99'
    log web
    looked_after
    died web 2
    wait_for grep -q 'No such' srv/web/log/main/current
    touch srv/web/settings
    up service/web
    well web
}

@test "W319 what a living service lacks for its next start is a note" {
    deploy web '#!/bin/sh' 'exec ./server'
    printf '#!/bin/sh\nexec sleep 99\n' >srv/web/server
    chmod 755 srv/web/server
    looked_after
    up service/web
    wait_for '[ "$(tr "\0" " " <"/proc/$(pid_of service/web)/cmdline")" = "sleep 99 " ]'
    rm srv/web/server
    wait_for says service/web ' [2-9] seconds'
    well web
    says_too '"program-missing"'
}
