# SPDX-License-Identifier: MIT
# A service whose link in the service folder goes, comes, or is moved: the stop procedure people
# follow works, and nothing else stops.
# shellcheck disable=SC2016,SC2154 # scripts of services; names that lib.bash sets
load lib
load services

# A service `real`, in the folder as sv/app, that counts its starts.
linked() {
    mkdir sv
    service real 'echo x >>starts; exec sleep 99'
    ln -s ../real sv/app
    scanning sv
    wait_for lines real/starts 1
    up real
}

# The engine knows of all that was done in the folder before: it has taken a service since.
seen() {
    service seen
    ln -s ../seen sv
    up seen
    rm sv/seen
    svc -dx seen
    wait_for '! svok seen'
}

the_story() {
    linked
    rm sv/app
    cd real || return
    svc -t .
    if [ "$side" = oracle ]; then wait_for lines starts 2; else wait_for '! svok .'; fi
    svstat .
    cat starts
}

@test "rm /service/app; svc -t . stops a service for good" {
    differs the_story --ours '> .: supervise not running' '> x' '= 0' \
        --oracle '> .: up (pid N) S seconds' '> x' '> x' '= 0'
}

stopped_by() {
    linked
    seen
    rm sv/app
    seen
    svc "$1" real
    wait_for '! svok real'
    svstat real
    cat real/starts
}

@test "... and so do -d, -x with -k, -k, -i and -h" {
    for order in -d -xk -k -i -h -a; do
        ours stopped_by $order
        shows '> real: supervise not running' '> x' '= 0'
    done
}

linked_restart() {
    linked
    starts=1
    for order in -t -k -i -h; do
        before=$(pid_of real)
        svc $order real
        wait_for changed real "$before"
        wait_for lines real/starts $((++starts)) # it is killed when it has written, and not before
    done
    wc -l <real/starts
}

@test "while it is linked they restart it, as ever" {
    same linked_restart
    shows '> 5' '= 0'
}

crash_unlinked() {
    linked
    rm sv/app
    seen
    before=$(pid_of real)
    kill -KILL "$before"
    wait_for changed real "$before"
    wait_for lines real/starts 2
    cat real/starts
}

@test "a crash of an unlinked service restarts it, as ever" {
    same crash_unlinked
    shows '> x' '> x' '= 0'
}

unlinked_stays() {
    linked
    before=$(pid_of real)
    rm sv/app
    seen
    svc -p real
    wait_for says real paused
    svc -c real
    wait_for '! says real paused'
    [ "$(pid_of real)" = "$before" ] && echo same process
    ln -s ../real sv/app
    seen
    [ "$(pid_of real)" = "$before" ] && echo same process
    svc -t real
    wait_for changed real "$before"
    wait_for lines real/starts 2
    cat real/starts
}

@test "unlinking stops nothing; linked again, it is a service like any other" {
    ours unlinked_stays
    shows '> same process' '> same process' '> x' '> x' '= 0'
}

unlink_down() {
    linked
    svc -d real
    wait_for says real ': down'
    rm sv/app
    wait_for '! svok real'
    ln -s ../real sv/app
    wait_for lines real/starts 2
    up real
    svstat real
}

@test "a service that is down is let go when its link goes, and taken when it comes" {
    ours unlink_down
    shows '> real: up (pid N) S seconds' '= 0'
}

unlink_crash_loop() {
    mkdir sv
    service real 'echo x >>starts; exit 1'
    ln -s ../real sv/app
    scanning sv
    wait_for lines real/starts 2
    rm sv/app
    wait_for lines real/starts 4
    svc -t real
    wait_for '! svok real'
    svstat real
}

@test "an unlinked service that crashes all the time ends when it is told, at any moment" {
    ours unlink_crash_loop
    shows '> real: supervise not running' '= 0'
}

# Both are there to be read when the engine comes to read: whatever it reads first.
unlink_and_tell_in_one_breath() {
    mkdir sv
    service real 'echo x >>starts; exit 1'
    scanning sv
    touch real/starts
    for _ in {1..5}; do
        ln -s ../real sv/app
        wait_for lines real/starts 1
        wait_for says sv/app 'down 0 seconds'
        kill -STOP "$(engine)"
        rm sv/app
        svc -t real 2>/dev/null # which says that it was not read yet
        kill -CONT "$(engine)"
        wait_for '! svok real'
        rm real/starts
        touch real/starts
    done
    echo five times
}

@test "unlinked and told to end in one breath, a service that crashes all the time ends" {
    ours unlink_and_tell_in_one_breath
    shows '> five times' '= 0'
}

# The guardian sleeps, so that nobody is there to see the link go.
unlink_unseen() {
    mkdir sv
    service real 'exec sleep 99'
    service real/log 'exec cat >>../../out'
    service other
    ln -s ../real sv/app
    ln -s ../other sv/other
    scanning sv
    up sv/app sv/app/log sv/other
    before=$(pid_of real)
    kill -STOP "$scanner"
    kill -9 "$(engine)"
    rm sv/app
    kill -CONT "$scanner"
    wait_for svok real
    [ "$(pid_of real)" = "$before" ] && echo the same process
    svc -t real
    wait_for '! svok real'
    wait_for '! svok real/log'
    up sv/other
}

@test "a link that goes while there is no engine" {
    ours unlink_unseen
    has '> the same process'
    has '= 0'
}

# The next engine cannot take it at first.
unlinked_and_in_the_way() {
    linked 2>words
    rm sv/app
    seen
    before=$(pid_of real)
    mv real/supervise real/aside
    touch real/supervise
    kill -9 "$(engine)"
    wait_for grep -q 'not a directory' words
    rm real/supervise
    mv real/aside real/supervise
    wait_for svok real
    [ "$(pid_of real)" = "$before" ] && echo the same process
    svc -t real
    wait_for '! svok real'
    cat real/starts
}

@test "what is unlinked, and cannot be taken for a moment, is taken later" {
    ours unlinked_and_in_the_way
    has '> the same process'
    has '> x'
}

unlink_logged() {
    mkdir sv
    service real 'trap "echo last words; exit" TERM; echo hello; while :; do sleep 0.05; done'
    service real/log 'exec cat >>../../out'
    ln -s ../real sv/app
    scanning sv
    up real real/log
    wait_for lines out 1
    logger=$(pid_of real/log)
    rm sv/app
    seen
    gone "$logger" && echo the logger is gone too soon
    svc -t real
    wait_for '! svok real && ! svok real/log'
    wait_for gone "$logger"
    cat out
}

@test "the logger of an unlinked service reads all there is, and ends by itself" {
    ours unlink_logged
    shows '> hello' '> last words' '= 0'
}

renamed() {
    linked
    before=$(pid_of real)
    mv sv/app sv/other
    seen
    [ "$(pid_of real)" = "$before" ] && echo same process
    svc -t sv/other
    wait_for changed real "$before"
    ls sv
    svc -d real
    wait_for says real ': down'
    rm real/run
    svc -u real
}

@test "a link that is renamed is the same service, still linked" {
    ours renamed
    has '> same process'
    has '! supervise: fatal: unable to start other/run: file does not exist'
}

directory_renamed() {
    mkdir sv
    service sv/app 'echo x >>starts; exec sleep 99'
    scanning sv
    wait_for lines sv/app/starts 1
    up sv/app
    before=$(pid_of sv/app)
    mv sv/app sv/other
    seen
    [ "$(pid_of sv/other)" = "$before" ] && echo same process
    svc -t sv/other
    wait_for changed sv/other "$before"
    wait_for lines sv/other/starts 2
    cat sv/other/starts
}

@test "a directory that is renamed is the same service" {
    same directory_renamed
    shows '> same process' '> x' '> x' '= 0'
}

moved_away() {
    linked
    before=$(pid_of real)
    mv real elsewhere
    seen
    gone "$before" || echo it runs
    ln -sfn ../elsewhere sv/app
    seen
    [ "$(pid_of elsewhere)" = "$before" ] && echo same process
    svc -t elsewhere
    wait_for changed elsewhere "$before"
    wait_for lines elsewhere/starts 2
    cat elsewhere/starts
}

@test "a directory that is moved goes on, and obeys where it is now" {
    ours moved_away
    shows '> it runs' '> same process' '> x' '> x' \
        '! svscan: warning: unable to stat app: file does not exist' '= 0'
}

moved_out() {
    mkdir sv
    service sv/app 'echo x >>starts; exec sleep 99'
    scanning sv
    up sv/app
    before=$(pid_of sv/app)
    mv sv/app real
    seen
    [ "$(pid_of real)" = "$before" ] && echo same process
    kill -KILL "$before"
    wait_for changed real "$before"
    wait_for lines real/starts 2
    cat real/starts
    svc -t real
    wait_for '! svok real'
}

@test "a directory that is moved out of the folder is unlinked, and still kept up" {
    ours moved_out
    shows '> same process' '> x' '> x' '= 0'
}

replaced() {
    linked
    old=$(pid_of real)
    service new 'echo x >>starts; exec sleep 99'
    ln -sfn ../new sv/app
    up new
    [ "$(pid_of real)" = "$old" ] && echo the old one runs on
    svc -t real
    wait_for '! svok real'
    svstat real new
    cat new/starts
}

@test "a link that leads to another directory: the new one starts, the old one is unlinked" {
    ours replaced
    shows '> the old one runs on' '> real: supervise not running' \
        '> new: up (pid N) S seconds' '> x' '= 0'
}

leads_to() { ln -s "../$1" sv/.new && mv -T sv/.new sv/app; } # DIRECTORY

there_and_back() {
    linked
    service new
    leads_to new
    up new
    leads_to real
    svc -t new
    wait_for '! svok new'
    svstat real
    cat real/starts
}

@test "a link that leads to another directory and back: each is linked while it is led to" {
    ours there_and_back
    shows '> real: up (pid N) S seconds' '> x' '= 0'
}

removed() {
    mkdir sv
    service sv/app
    scanning sv 2>words
    up sv/app
    before=$(pid_of sv/app)
    rm -r sv/app
    seen
    gone "$before" || echo it runs
    kill -TERM "$before"
    wait_for lines words 1
    cat words
    service sv/app
    up sv/app
    kill -TERM "$scanner"
    left "$scanner"
}

@test "a directory that is removed with its service up: said once, and its name is free" {
    ours removed
    has '> it runs'
    has '> ended with 0'
    [ "$(grep -c 'supervise: ' <<<"$transcript")" = 1 ]
}

mass() {
    mkdir sv all
    for name in {1..200}; do
        service "all/$name"
        ln -s "../all/$name" sv
    done
    scanning sv
    up all/{1..200}
    for round in 1 2 3; do
        rm sv/*
        for name in {1..200}; do ln -s "../all/$name" sv; done
        for name in {1..200}; do mv "sv/$name" "sv/$name.$round"; done
    done
    seen
    svstat all/* | grep -c ' up '
    rm sv/*
    svc -t all/*
    for name in {1..200}; do wait_for '! svok "all/$name"'; done
    svstat all/* | grep -c 'not running'
}

@test "hundreds of links that come, go and change names at once" {
    ours mass
    # A name may be gone again before the directory is looked at by it: that may be said.
    transcript=$(grep -v 'unable to chdir to' <<<"$transcript")
    shows '> 200' '> 200' '= 0'
}
