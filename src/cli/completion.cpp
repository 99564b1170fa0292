// SPDX-License-Identifier: MIT
// holdfast completion SHELL: the part of completion that each shell needs. What can be completed it
// asks of `holdfast complete`.
#include "cli/command_line.h"
#include "cli/complete.h"
#include "cli/terminal.h"
#include "control/service.h"

namespace hf::cli {

using namespace control;

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

int completion_command(const std::string& shell) {
    say(shell == "bash" ? bash_text : shell == "zsh" ? zsh_text : fish_text);
    return 0;
}

int complete_words(const CommandLine& line, const std::vector<std::string>& words) {
    std::string text;
    for (const Candidate& each : complete(line.app(), words))
        text += each.word + (each.about.empty() ? "" : "\t" + each.about) + "\n";
    say(text);
    return 0;
}

struct NamesOptions {
    Where where;
};

int names_command(const NamesOptions& options) {
    std::string text;
    for (const std::string& name : services_in(scan_directory(options.where.scan_dir)))
        text += name + "\n";
    say(text);
    return 0;
}

}  // namespace

void add_completion(CommandLine& line) {
    auto shell = std::make_shared<std::string>();
    CLI::App* sub = line.add("completion", "print what a shell needs to complete words",
                             [shell] { return completion_command(*shell); });
    sub->add_option("shell", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}))
        ->type_name("SHELL");
    auto words = std::make_shared<std::vector<std::string>>();
    sub = line.add("complete", "what could stand at the end of a line",
                   [&line, words] { return complete_words(line, *words); });
    sub->group("");  // for the shells, not for people
    sub->add_option("words", *words, "the words so far, the last one unfinished");
    line.add("names", "the names of all services, a line each", std::make_shared<NamesOptions>(),
             names_command);
}

}  // namespace hf::cli
