# SPDX-License-Identifier: MIT
# Each program has a page, each page is well-formed, and the options of the two agree.
# shellcheck disable=SC2154 # variables of lib.bash
load lib

# svscanboot is started by an init only: it would look for the machine's own services. holdfast has
# its options with its commands, not in a usage line: see M06.
is_not_tried() { [ "$1" = svscanboot ] || [ "$1" = holdfast ]; }

page_of() { # PROGRAM
    find "$hf_root/man" -name "$1.[18]"
}

# What a program says to an option that nobody has: `-:`.
misuse_of() {
    timeout 5 "$HF_BIN/$1" -: </dev/null 2>&1 || true
}

# One option a line, long ones with both dashes: of `[ -nNxX ]`, `[-a allbytes]`, `--add|--remove`.
options_of_usage() {
    if [ "$1" = svc ]; then
        echo -w # which the line does not have: it is that of Debian's daemontools
        misuse_of svc | sed -n 's/^svc options: //p' | tr ',' '\n' | sed -E 's/^ *(.) .*/-\1/'
        return
    fi
    misuse_of "$1" | grep -i 'usage:' -A 5 | grep -oE '[][ |]-(-[a-z-]+|[A-Za-z]+)' | cut -c 2- |
        while read -r word; do
            case $word in
                --*) echo "$word" ;;
                *) fold -w 1 <<<"${word#-}" | sed 's/^/-/' ;;
            esac
        done
}

# One item of the page a line, with all its names: `-a --add`.
options_of_page() {
    sed -nE 's/^\.It Fl //p' "$1" | sed -E 's/ , / /g; s/ Ar .*//; s/(^| )/\1-/g'
}

@test "M01 each program has a page, and no page is of no program" {
    for program in "$HF_BIN"/*; do
        [ -n "$(page_of "${program##*/}")" ] || { echo "no page: $program" && false; }
    done
    for page in "$hf_root"/man/*.8; do
        name=${page##*/}
        [ -x "$HF_BIN/${name%.8}" ] || { echo "no program: $page" && false; }
    done
}

# But that it does not know our own other pages, and that lines may have 100 columns, as elsewhere.
@test "M02 mandoc finds nothing to say" {
    for page in "$hf_root"/man/*.[1-8]; do
        mandoc -T lint -W style "$page" || true
    done >complaints 2>&1
    ignored='referenced manual not found|outdated mandoc.db|longer than 80 bytes'
    run grep -vE "$ignored|lower case character in document" complaints
    [ -z "$output" ] || { echo "$output" && false; }
}

@test "M03 what a page refers to exists: a page here, or one of the system" {
    grep -hE '^\.Xr ' "$hf_root"/man/* | awk '{print $2 "." $3}' | sort -u >references
    system='env.1 nohup.1 ps.1 zstdcat.1 execve.2 flock.2 prctl.2 setgroups.2 setrlimit.2 setsid.2'
    system="$system inittab.5 nsswitch.conf.5 sd_notify.3 sudo.8"
    while read -r reference; do
        [ -e "$hf_root/man/$reference" ] || [[ " $system " == *" $reference "* ]] ||
            { echo "no page: $reference" && false; }
    done <references
}

@test "M04 each option of a usage line is in the page" {
    for program in "$HF_BIN"/*; do
        name=${program##*/}
        page=$(page_of "$name")
        if is_not_tried "$name" || [ -z "$page" ]; then continue; fi
        options_of_page "$page" | tr ' ' '\n' >in_page
        options_of_usage "$name" >in_usage
        while read -r option; do
            grep -qxFe "$option" in_page || { echo "$name: $option is not in its page" && false; }
        done <in_usage
    done
    # So that this test cannot pass by finding nothing.
    [ "$(options_of_usage svc | tr -d '\n')" = -w-u-d-o-x-p-c-h-a-i-t-k-q-1-2 ]
    [ "$(options_of_usage setlock | tr -d '\n')" = -n-N-x-X ]
    [ "$(options_of_usage softlimit | wc -l)" = 11 ]
}

@test "M05 each option of a page is in the usage line, by one of its names" {
    for program in "$HF_BIN"/*; do
        name=${program##*/}
        page=$(page_of "$name")
        if is_not_tried "$name" || [ -z "$page" ]; then continue; fi
        # Has no usage line: whatever its argument is, it is a folder's name.
        if [ "$name" = svscan ]; then continue; fi
        if [ "$name" = update-service ]; then
            "$program" >usage 2>&1 || true
            grep -oE -- '--[a-z]+' usage >in_usage
        else
            options_of_usage "$name" >in_usage
        fi
        options_of_page "$page" >in_page
        while read -r names; do
            tr ' ' '\n' <<<"$names" | grep -qxFf in_usage ||
                { echo "$name: $names is not in its usage line" && false; }
        done <in_page
    done
}

# Those of all its commands; a line each.
options_of_holdfast() {
    holdfast --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) .*/\1/p' | while read -r command; do
        holdfast "$command" --help | sed -nE 's/^  (-[^ ]*).*/\1/p' | tr , '\n'
    done | grep -vxE -e '-h|--help' | sort -u
}

@test "M06 the commands and options of holdfast are those of its page" {
    PATH=$HF_BIN:$PATH
    grep -oE '\bFl -?[a-z][a-z-]*' "$hf_root/man/holdfast.8" | sed 's/^Fl /-/' |
        grep -vx -e --version -e --help | sort -u >options_of_page
    options_of_holdfast >options
    diff options options_of_page
    holdfast --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) .*/\1/p' | sort >commands
    grep -oE '^\.It Ic [a-z]+( , Ic [a-z]+)*' "$hf_root/man/holdfast.8" |
        sed 's/^\.It Ic //; s/ , Ic /\n/g' | sort -u >commands_of_page
    diff commands commands_of_page
    [ "$(wc -l <options)" -gt 20 ]
}
