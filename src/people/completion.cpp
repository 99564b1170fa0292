// SPDX-License-Identifier: MIT
// holdfast completion SHELL: what the shells need to complete commands and service names.
#include <unistd.h>

#include "people/commands.h"
#include "people/look/service.h"
#include "sys/fd.h"

namespace hf::people {

namespace {

constexpr std::string_view bash_text =
    R"sh(# holdfast completion bash >/etc/bash_completion.d/holdfast
_holdfast() {
    local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} words
    local commands="add remove start stop restart reload signal pause continue once
        status top why check logs wait help completion"
    case $COMP_CWORD:$command in
        1:*) words="$commands --help --version" ;;
        2:help) words=$commands ;;
        2:completion) words="bash zsh fish" ;;
        2:wait) words="up down ready dead" ;;
        2:signal) words="HUP INT QUIT TERM KILL ALRM USR1 USR2 WINCH" ;;
        *:add) COMPREPLY=($(compgen -f -- "$word")) && return ;;
        *) words=$(holdfast names 2>/dev/null) ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _holdfast holdfast
)sh";

constexpr std::string_view zsh_text =
    R"sh(#compdef holdfast
# holdfast completion zsh >/usr/local/share/zsh/site-functions/_holdfast
_holdfast() {
    local -a commands names
    commands=(add remove start stop restart reload signal pause continue once
        status top why check logs wait help completion)
    case $CURRENT:$words[2] in
        2:*) compadd -- $commands ;;
        3:help) compadd -- $commands ;;
        3:completion) compadd -- bash zsh fish ;;
        3:wait) compadd -- up down ready dead ;;
        3:signal) compadd -- HUP INT QUIT TERM KILL ALRM USR1 USR2 WINCH ;;
        *:add) _files ;;
        *) names=(${(f)"$(holdfast names 2>/dev/null)"}) && compadd -- $names ;;
    esac
}
_holdfast "$@"
)sh";

constexpr std::string_view fish_text =
    R"sh(# holdfast completion fish >~/.config/fish/completions/holdfast.fish
set -l commands add remove start stop restart reload signal pause continue once \
    status top why check logs wait help completion
complete -c holdfast -f
complete -c holdfast -n "not __fish_seen_subcommand_from $commands" -a "$commands"
complete -c holdfast -n "__fish_seen_subcommand_from help" -a "$commands"
complete -c holdfast -n "__fish_seen_subcommand_from completion" -a "bash zsh fish"
complete -c holdfast -n "__fish_seen_subcommand_from wait" -a "up down ready dead"
complete -c holdfast -n "__fish_seen_subcommand_from remove start stop restart reload signal \
    pause continue once status why check logs wait" -a "(holdfast names 2>/dev/null)"
)sh";

}  // namespace

int completion_command(const CompletionOptions& options) {
    std::string_view text = options.shell == "bash"  ? bash_text
                            : options.shell == "zsh" ? zsh_text
                                                     : fish_text;
    sys::write_all(STDOUT_FILENO, text);
    return 0;
}

int names_command(const Where& where) {
    std::string text;
    for (const std::string& name : services_in(service_folder(where.folder))) text += name + "\n";
    sys::write_all(STDOUT_FILENO, text);
    return 0;
}

}  // namespace hf::people
