# SPDX-License-Identifier: MIT
# Completion: what could stand at the end of a line, and the real shells that offer it.
# shellcheck disable=SC2016,SC2154 # what is typed into shells; names of lib.bash
load people

offers() { # WORD... (the last one unfinished), then => and what is offered
    local typed=() found
    while [ "$1" != '=>' ]; do
        typed+=("$1")
        shift
    done
    shift
    found=$(holdfast complete -- "${typed[@]}" | cut -f1)
    [ "$found" = "$(printf '%s\n' "$@")" ] && return 0
    printf 'for: %s\noffered:\n%s\n' "${typed[*]}" "$found"
    return 1
}

services() {
    for name in webapp worker 'two words'; do deploy "$name"; done
}

needs_shell() {
    if ! command -v "$1" >/dev/null; then skip "NOT RUN: there is no $1 here"; fi
}

@test "C01 commands, options, names, and what an option or argument can be" {
    services
    offers sta '=>' start status
    offers stop w '=>' webapp worker
    offers stop webapp w '=>' worker
    offers wait '' '=>' up down ready dead
    offers wait up w '=>' webapp worker
    offers wait up --t '=>' --timeout
    offers signal U '=>' USR1 USR2
    offers signal HUP we '=>' webapp
    offers add x --like p '=>' pharo python
    offers add x --ready '' '=>' http tcp fd notify none
    offers add x --needs we '=>' webapp
    offers add x --user '' '=>' :users
    offers add x --dir '' '=>' :directories
    offers add x -- '' '=>' :files
    offers add '' '=>'
    offers help wh '=>' why
    offers completion '' '=>' bash zsh fish
    offers nosuch '' '=>'
    offers logs -n 5 we '=>' webapp
    offers status --json we '=>' webapp
}

@test "C02 the service folder of the line" {
    mkdir -p other/elsewhere
    services
    offers --folder other stop '' '=>' elsewhere
    offers stop --folder other '' '=>' elsewhere
    offers stop --folder=other '' '=>' elsewhere
    offers stop --folder = other '' '=>' elsewhere
    offers --folder nosuch stop '' '=>'
}

@test "C03 every command and every option is offered" {
    holdfast complete -- '' | cut -f1 | sort >offered
    holdfast --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) .*/\1/p' | sort >there
    [ "$(wc -l <there)" -gt 15 ]
    diff there offered
    while read -r command; do
        holdfast help "$command" | grep -oE -- '--[a-z-]+' | sort -u >options
        holdfast complete -- "$command" - | cut -f1 | sort -u >offered
        diff options offered || { echo "of $command" && return 1; }
    done <there
}

@test "C04 bash, in a terminal" {
    services
    holdfast completion bash >complete
    terminal "bash --norc"
    tmux send-keys 'source ./complete; PS1="ready> "' Enter
    sees '^ready>$'
    tmux send-keys 'holdfast stop web' Tab 'x'
    sees 'holdfast stop webapp x'
    tmux send-keys C-u 'holdfast stop tw' Tab 'x'
    sees 'holdfast stop two\\ words x'
    tmux send-keys C-u 'holdfast --folder=ser' Tab 'x'
    sees 'folder=service/x'
    tmux send-keys C-u 'holdfast sta' Tab Tab
    sees '^start +status'
}

@test "C05 zsh, in a terminal" {
    needs_shell zsh
    services
    mkdir functions
    holdfast completion zsh >functions/_holdfast
    terminal "zsh -f"
    tmux send-keys 'fpath=($PWD/functions $fpath); autoload -Uz compinit; compinit -u -d dump' Enter
    tmux send-keys 'PS1="ready> "' Enter
    sees '^ready>$'
    tmux send-keys 'holdfast stop web' Tab 'x'
    sees 'holdfast stop webapp x'
    tmux send-keys C-u 'holdfast stop tw' Tab 'x'
    sees 'holdfast stop two\\ words x'
    tmux send-keys C-u 'holdfast add x --li' Tab 'ph' Tab 'x'
    sees 'holdfast add x --like pharo x'
    tmux send-keys C-u 'holdfast sta' Tab Tab
    sees '^start +-- start services'
    sees '^status +-- show the state of services'
}

@test "C06 fish, in a terminal" {
    needs_shell fish
    services
    export HOME=$PWD
    mkdir -p .config/fish/completions
    holdfast completion fish >.config/fish/completions/holdfast.fish
    fish -c "complete -C 'holdfast stop we'" >offered
    [ "$(cat offered)" = webapp ]
    fish -c "complete -C 'holdfast sta'" >offered
    grep -qP '^status\tshow the state of services$' offered
    fish -c "complete -C 'holdfast --folder ser'" >offered
    grep -q '^service/' offered
    terminal "env HOME=$PWD fish"
    sees '[>#]$'
    tmux send-keys 'holdfast stop we' Tab 'x'
    sees 'holdfast stop webapp x'
}
