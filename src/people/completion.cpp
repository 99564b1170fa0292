// SPDX-License-Identifier: MIT
// holdfast completion SHELL: the part of completion that each shell needs. What can be completed it
// asks of `holdfast complete`.
#include <unistd.h>

#include "people/commands.h"
#include "people/look/service.h"
#include "sys/fd.h"

namespace hf::people {

namespace {

constexpr std::string_view bash_text =
    R"sh(# holdfast completion bash >/etc/bash_completion.d/holdfast
_holdfast() {
    local current=${COMP_WORDS[COMP_CWORD]} word about quoted
    if [ "$current" = = ]; then current=; fi
    COMPREPLY=()
    while IFS=$'\t' read -r word about; do
        case $word in
            :files) compopt -o filenames && mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
            :directories)
                compopt -o filenames && mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
            :users) mapfile -t COMPREPLY < <(compgen -u -- "$current") ;;
            *) printf -v quoted %q "$word" && COMPREPLY+=("$quoted") ;;
        esac
    done < <(holdfast complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _holdfast holdfast
)sh";

constexpr std::string_view zsh_text =
    R"sh(#compdef holdfast
# holdfast completion zsh >/usr/local/share/zsh/site-functions/_holdfast
_holdfast() {
    local -a candidates asked
    local line word
    asked=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
    for line in ${(f)"$(holdfast complete -- "${asked[@]}" 2>/dev/null)"}; do
        word=${line%%$'\t'*}
        case $word in
            :files) _files ;;
            :directories) _directories ;;
            :users) _users ;;
            *) candidates+=("${word//:/\\:}:${line#*$'\t'}") ;;
        esac
    done
    if (( $#candidates )); then _describe holdfast candidates; fi
}
if [ "$funcstack[1]" = _holdfast ]; then _holdfast "$@"; else compdef _holdfast holdfast; fi
)sh";

constexpr std::string_view fish_text =
    R"sh(# holdfast completion fish >~/.config/fish/completions/holdfast.fish
function __holdfast_complete
    set -l words (commandline -opc)
    for line in (holdfast complete -- $words[2..-1] (commandline -ct) 2>/dev/null)
        switch $line
            case ':files*'
                __fish_complete_path (commandline -ct)
            case ':directories*'
                __fish_complete_directories (commandline -ct)
            case ':users*'
                __fish_complete_users
            case '*'
                echo $line
        end
    end
end
complete -c holdfast -f -a '(__holdfast_complete)'
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
