# SPDX-License-Identifier: MIT
# holdfast-checker, asked as the engine asks it. Times are only compared with each other: what is to
# happen later than something waits for its answer.
# shellcheck disable=SC2016,SC2154 # conditions of wait_for; variables of lib.bash and checker.bash
load lib
load checker

@test "C01 who listens is ok, who does not has failed" {
    server web 127.0.0.1 silent
    server nobody 127.0.0.1 bound
    checker
    ask "check 1 9000 tcp $(at web)" "check 18446744073709551615 9000 tcp $(at nobody)" \
        "check 3 9000 unix $PWD/none" "check 4 9000 http http://$(at nobody)"
    answers_are '1 ok' '18446744073709551615 failed connection refused' \
        '3 failed file does not exist' '4 failed connection refused'
    wait_for grep -qx closed web/seen
}

@test "C02 what is no request is refused, and nothing else suffers" {
    server web 127.0.0.1 silent
    checker
    ask "check 7 9000 http http://$(at web)/" 'check 1' '' 'hello there'
    answers '0 refused this is no request of version 1' '0 refused this is no request of version 1' \
        '0 refused this is no request of version 1'
    ask "check 7 9000 tcp $(at web)"
    answers '7 refused this number is in use'
    head -c 300000 /dev/zero | tr '\0' x >&8
    ask '' "check 8 9000 tcp $(at web)"
    answers '0 refused a line is longer than 64 KiB' '8 ok'
    ask "check 9 9000 tcp example.org:80" "check 10 9000 unix /$(printf '%0110d' 0)"
    answers '9 unknown this is no address that can be tried' \
        '10 unknown this is no address that can be tried'
}

@test "C03 a check that is cancelled is not answered, and its number is free" {
    server web 127.0.0.1 silent
    checker
    ask "check 7 9000 http http://$(at web)/" 'cancel 7' 'cancel 7' 'cancel 8' "check 7 9000 tcp $(at web)"
    answers '7 ok'
    ask "check 7 9000 tcp $(at web)"
    answers '7 ok'
}

@test "C04 it has no privilege, whoever starts it" {
    needs_root
    checker
    local status=/proc/$checker/status
    grep -qxP 'Uid:\t65534\t65534\t65534\t65534' "$status"
    grep -qxP 'Gid:\t65534\t65534\t65534\t65534' "$status"
    [ "$(awk '/^Groups:/ {print $2 $3}' "$status")" = 65534 ]
    grep -qxP 'NoNewPrivs:\t1' "$status"
    for set in Prm Eff Amb; do grep -qxP "Cap$set:\t0+" "$status"; done
    [ "$(readlink "/proc/$checker/cwd")" = / ]
    [ "$(awk '/^Max open files/ {print $4 - $5}' "/proc/$checker/limits")" = 0 ]
}

@test "C05 it does nothing as root" {
    needs_root
    mkfifo requests
    exec 8<>requests
    run setpriv --bounding-set -setgid,-setuid holdfast-checker <requests
    [ "$status" = 111 ]
    [[ $output == *"holdfast-checker: fatal: unable to setgid: permission denied"* ]]
}

@test "C06 it ends with its input, and without a word when nobody hears it" {
    server web 127.0.0.1 silent
    checker
    ask "check 1 9000 http http://$(at web)/"
    exec 8>&-
    wait "$checker"
    rm requests answers
    checker
    exec 9<&-
    ask 'check 1 9000 tcp 127.0.0.1:0'
    wait "$checker"
}

@test "C07 it dies with whoever started it" {
    mkfifo requests answers
    exec 8<>requests 9<>answers
    start sh -c 'holdfast-checker <requests >answers & echo $! >pid; wait'
    is_greeted
    local pid
    pid=$(cat pid)
    [ -e "/proc/$pid" ]
    kill -KILL "$started"
    wait_for gone "$pid"
}

@test "C08 by hand it says what it wants" {
    run holdfast-checker </dev/null
    [ "$status" = 111 ]
    [ "$output" = "holdfast-checker: fatal: standard input is no pipe and no socket: the engine starts this program" ]
    run holdfast-checker -v
    [ "$status" = 100 ]
    [ "$output" = "holdfast-checker: usage: holdfast-checker" ]
}

@test "C09 http: the status decides, and no redirect is followed" {
    server good 127.0.0.1 say "$(http_answer)"
    server moved 127.0.0.1 say "HTTP/1.1 302 Found\r\nLocation: http://$(at good)/\r\n\r\n"
    server sick 127.0.0.1 say 'HTTP/1.0 503 Service Unavailable\r\n\r\nsorry'
    checker
    ask "check 1 9000 http http://$(at good)/health?a=b" "check 2 9000 http http://$(at moved)" \
        "check 3 9000 http http://$(at sick)/" \
        "check 4 9000 http http://$(at moved)/x\\x20y#z status=200-299 status=304-304" \
        "check 5 9000 http http://$(at sick)/ status=503-503"
    answers_are '1 ok' '2 ok' '3 failed answered 503 Service Unavailable' \
        '4 failed answered 302 Found' '5 ok'
    [ "$(cat good/seen)" = "GET /health?a=b HTTP/1.1|Host: $(at good)|User-Agent: holdfast|Accept: */*|Connection: close||" ]
    [ "$(cut -d'|' -f 1 moved/seen | sort)" = $'GET / HTTP/1.1\nGET /x%20y HTTP/1.1' ]
}

@test "C10 http: a text in the body" {
    server whole 127.0.0.1 keep "$(http_answer 'ping pong' 'Content-Length: 9')"
    server other 127.0.0.1 keep "$(http_answer 'ping ping' 'Content-Length: 9')"
    server chunks 127.0.0.1 drip \
        "$(http_answer '3\r\nxpo\r\n2\r\nng\r\n0\r\n\r\n' 'Transfer-Encoding: chunked')"
    checker
    ask "check 1 9000 http http://$(at whole)/ body=g\\x20pong" \
        "check 2 9000 http http://$(at other)/ body=pong" \
        "check 3 9000 http http://$(at chunks)/ body=pong" "check 4 9000 http http://$(at whole)/"
    answers_are '1 ok' '2 failed the answer has no "pong"' '3 ok' '4 ok'
    wait_for grep -qx closed other/seen
}

@test "C11 http: what is not an answer" {
    server ssh 127.0.0.1 keep 'SSH-2.0-OpenSSH\r\n'
    server mute 127.0.0.1 say ''
    server half 127.0.0.1 say 'HTTP/1.1 200 OK\r\nContent-'
    server short 127.0.0.1 say "$(http_answer pin 'Content-Length: 9')"
    checker
    ask "check 1 9000 http http://$(at ssh)/" "check 2 9000 http http://$(at mute)/" \
        "check 3 9000 http http://$(at half)/" "check 4 9000 http http://$(at short)/ body=ping"
    answers_are '1 failed did not answer in HTTP' '2 failed closed the connection without an answer' \
        '3 failed the answer broke off in its headers' \
        '4 failed the answer broke off, and has no "ping" so far'
}

@test "C12 a server that resets the connection, or is killed in its answer" {
    server resets 127.0.0.1 reset 'HTTP/1.1 200 OK\r\n'
    server killed 127.0.0.1 keep 'HTTP/1.1 200 OK\r\n'
    local victim=$started
    checker
    ask "check 1 9000 http http://$(at resets)/"
    next_answer
    # The reset may come before what was sent is read.
    [ "$answer" = '1 failed connection reset' ]
    ask "check 2 9000 http http://$(at killed)/"
    wait_for grep -q GET killed/seen
    kill -KILL "$victim"
    next_answer
    [ "$answer" = '2 failed the answer broke off in its headers' ] ||
        [ "$answer" = '2 failed closed the connection without an answer' ] ||
        [ "$answer" = '2 failed connection reset' ]
}

@test "C13 who is silent for three times the timeout has failed" {
    server silent 127.0.0.1 silent
    checker
    ask "check 1 100 http http://$(at silent)/"
    answers '1 failed no answer in 300 ms'
    wait_for grep -qx closed silent/seen
}

@test "C14 a socket that has no place for another one is tried until it is silent" {
    server deaf "$PWD/socket" deaf
    local victim=$started
    checker
    ask "check 1 9000 unix $PWD/socket"
    answers '1 ok' # and waits to be accepted
    ask "check 2 100 unix $PWD/socket" "check 3 9000 unix $PWD/socket"
    answers '2 failed no connection in 300 ms'
    kill -KILL "$victim"
    answers '3 failed connection refused'
}

# The first is silent for so long that the second is late; it has thrice that time.
@test "C15 who answers within three times the timeout is slow" {
    server silent 127.0.0.1 silent
    server late 127.0.0.1 gate "$(http_answer pong)"
    checker
    ask "check 2 3000 http http://$(at late)/ body=pong" "check 1 1001 http http://$(at silent)/"
    answers '1 failed no answer in 3 s'
    echo >late/gate
    next_answer
    [[ $answer =~ ^2\ slow\ answered\ after\ [3-8](\.[0-9])?\ s$ ]]
    [ "$took" -gt 3000 ]
}

@test "C16 of an answer without end 64 KiB are read" {
    server endless 127.0.0.1 endless "HTTP/1.1 200 OK\r\n\r\n$(printf '%01000d' 0)"
    server headers 127.0.0.1 endless "HTTP/1.1 200 OK\r\nX: $(printf '%01000d' 0)"
    checker
    ask "check 1 9000 http http://$(at endless)/ body=pong" "check 2 9000 http http://$(at headers)/" \
        "check 3 9000 http http://$(at endless)/"
    answers_are '1 failed the first 64 KiB of the answer have no "pong"' \
        '2 failed the headers of the answer are longer than 64 KiB' '3 ok'
    # Not even the one that was answered at once is read on for ever.
    wait_for '[ "$(grep -c ^sent endless/seen)" = 2 ]'
}

@test "C17 what a stranger sends is made fit for a terminal, and short" {
    server hostile 127.0.0.1 say 'HTTP/1.1 500 \x1b]0;x\x07\x1b[2J\rok\xff\t.\r\n\r\n'
    server long 127.0.0.1 say "HTTP/1.1 500 $(printf '%0900d' 0)\r\n\r\n"
    checker
    ask "check 1 9000 http http://$(at hostile)/"
    answers '1 failed answered 500 ^[]0;x^G^[[2J^Mok\xff .'
    ask "check 2 9000 http http://$(at long)/"
    next_answer
    [[ $answer == '2 failed answered 500 0000'*'000...' ]]
    [ "${#answer}" = $((200 + 9)) ]
}

@test "C18 unix sockets, and localhost" {
    server path "$PWD/a socket" silent
    server abstract "@$hf_test/x y" silent
    server four 127.0.0.1 silent
    checker
    ask "check 1 9000 unix $PWD/a\\x20socket" "check 2 9000 unix @$hf_test/x\\x20y" \
        "check 3 9000 tcp localhost:$(sed 's/.*://' four/address)"
    answers_are '1 ok' '2 ok' '3 ok'
}

@test "C19 what the checker may not do is unknown, not failed" {
    needs_root
    server private "$PWD/socket" silent
    chmod 660 socket
    checker
    ask "check 1 9000 unix $PWD/socket"
    answers "1 unknown the checker's account has no right to connect there"
}

@test "C20 a thousand checks at once" {
    server web 127.0.0.1 say "$(http_answer pong)"
    checker
    seq -f 'check %.0f 60000 http http://'"$(at web)"'/ body=pong' 1000 >all
    cat all >&8 & # while the answers are read
    timeout 120 head -n 1000 <&9 | cut -d' ' -f 1,2 | sort -n | diff - <(seq -f '%.0f ok' 1000)
}

# It has place for 8 checks: others wait for their turn, and are told how long.
@test "C21 more checks than there are descriptors" {
    server late 127.0.0.1 gate "$(http_answer)"
    server silent 127.0.0.1 silent
    checker sh -c 'ulimit -n 16 && exec "$@"' sh
    local id
    for id in {1..8}; do ask "check $id 60000 http http://$(at silent)/"; done
    ask 'check 9 60000 tcp 127.0.0.1:1' 'check 10 60000 tcp 127.0.0.1:1' 'check 9 1 tcp 127.0.0.1:1'
    answers '9 refused this number is in use'
    wait_for '[ "$(find "/proc/$checker/fd" -lname "socket:*" | wc -l)" = 8 ]'
    ask 'cancel 10' 'cancel 1'
    answers '9 failed connection refused'
    ask 'cancel 2' "check 11 9000 tcp $(at silent)"
    answers '11 ok'
}

# A checker that is stopped is late; another one is the clock.
@test "C22 with an answer comes how late the checker was itself" {
    server late 127.0.0.1 gate "$(http_answer)"
    server silent 127.0.0.1 silent
    checker
    ask "check 1 60000 http http://$(at late)/"
    wait_for grep -q GET late/seen
    kill -STOP "$checker"
    mkdir clock && cd clock
    local stopped=$checker
    exec 6>&8 7<&9
    checker
    ask "check 1 300 http http://$(at ../silent)/"
    answers '1 failed no answer in 900 ms'
    cd ..
    echo >late/gate
    kill -CONT "$stopped"
    exec 9<&7
    answers '1 ok'
    [ "$late" -ge 700 ]
    [ "$late" -le "$took" ]
}

@test "C23 IPv6, which is localhost, too" {
    grep -qE '^0{31}1 ' /proc/net/if_inet6 || skip 'NOT RUN: needs IPv6'
    server six ::1 say "$(http_answer)"
    server nobody ::1 bound
    local port nobody
    port=$(sed 's/.*://' six/address) nobody=$(sed 's/.*://' nobody/address)
    checker
    ask "check 1 9000 tcp [::1]:$port" "check 2 9000 http http://[::1]:$port/" \
        "check 3 9000 tcp localhost:$port" "check 4 9000 http http://localhost:$port/" \
        "check 5 9000 tcp localhost:$nobody" "check 6 9000 tcp [::1]:$nobody"
    answers_are '1 ok' '2 ok' '3 ok' '4 ok' '5 failed connection refused' \
        '6 failed connection refused'
    [ "$(grep -o 'Host: [^|]*' six/seen | sort)" = $'Host: [::1]:'"$port"$'\nHost: localhost:'"$port" ]
}
