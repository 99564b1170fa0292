// SPDX-License-Identifier: MIT
#include "text/run_template.h"

#include <algorithm>

#include "text/decimal.h"
#include "text/runtimes.h"
#include "text/words.h"

namespace hf::text {

namespace {

std::string replaced(std::string text, std::string_view what, const std::string& by) {
    size_t at = text.find(what);
    if (at != std::string::npos) text.replace(at, what.size(), by);
    return text;
}

std::string quoted_words(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + shell_word(word);
    return text;
}

// A pattern of a runtime, with this service's values.
std::string filled(std::string_view pattern, const RunTemplate& run_template) {
    std::uint64_t memory = run_template.memory.value_or(0);
    std::string text(pattern);
    text = replaced(text, "{M}", std::to_string(std::max<std::uint64_t>(1, memory >> 20U)));
    text = replaced(text, "{B}", std::to_string(memory));
    return replaced(text, "{D}", run_template.directory);
}

// What starts the service: a program of a known kind, which is told how much memory it may use by
// an option or by its environment, or any other, for which there is only a limit of address space.
struct Start {
    const Runtime* kind;  // of --like; may be null
    bool by_kind;         // its program runs the command: a file, or options and what follows them
    std::string_view file_option;
    std::string_view memory_option;
    std::string_view memory_setting;
};

Start start_of(const RunTemplate& run_template) {
    Start start{runtime_named(run_template.like), false, "", "", ""};
    const std::string& first = run_template.command[0];
    if (start.kind != nullptr) {
        const Runtime& kind = *start.kind;
        const bool is_file = first.ends_with(kind.ending);
        const bool is_other = !kind.other_ending.empty() && first.ends_with(kind.other_ending);
        start.by_kind = is_file || is_other || first.starts_with('-');
        if (is_file) start.file_option = kind.file_option;
    }
    if (!run_template.memory) return start;
    const Runtime* program = start.by_kind ? start.kind : runtime_of_program(first);
    if (program != nullptr) start.memory_option = program->memory_option;
    if (program != nullptr) return start;
    const Runtime* behind = runtime_behind(first);
    if (behind == nullptr) behind = start.kind;
    if (behind != nullptr) start.memory_setting = behind->memory_setting;
    return start;
}

// The program, its options, the file; or the command as it was given, if that is a whole one.
std::string command_of(const RunTemplate& run_template, const Start& start) {
    std::string option;
    if (!start.memory_option.empty()) option = " " + filled(start.memory_option, run_template);
    if (!start.by_kind) {
        std::vector<std::string> rest(run_template.command.begin() + 1, run_template.command.end());
        return shell_word(run_template.command[0]) + option + (rest.empty() ? "" : " ") +
               quoted_words(rest);
    }
    const Runtime& kind = *start.kind;
    std::string text =
        shell_word(run_template.program.empty() ? std::string(kind.program) : run_template.program);
    if (!kind.options.empty()) text.append(" ").append(kind.options);
    text += option;
    if (!start.file_option.empty()) text.append(" ").append(start.file_option);
    return text + " " + quoted_words(run_template.command);
}

std::string setting_line(const std::string& setting) {
    size_t equals = setting.find('=');
    return "export " + setting.substr(0, equals) + "=" + shell_word(setting.substr(equals + 1)) +
           "\n";
}

// As the user's own programs expect it; unless somebody has said where it is.
bool needs_home(const RunTemplate& run_template) {
    const Runtime* kind = runtime_named(run_template.like);
    if (run_template.home.empty() || (kind != nullptr && kind->setting.starts_with("HOME=")))
        return false;
    return std::none_of(run_template.environment.begin(), run_template.environment.end(),
                        [](const std::string& each) { return each.starts_with("HOME="); });
}

}  // namespace

std::string run_script(const RunTemplate& run_template) {
    const Start start = start_of(run_template);
    const Runtime* kind = start.kind;
    std::string text = "#!/bin/sh\n# " + run_template.name + ", started and restarted by svscan.\n";
    if (kind != nullptr && !kind->remark.empty()) text.append("# ").append(kind->remark) += "\n";
    text += "exec 2>&1\n";
    if (kind != nullptr && !kind->setting.empty())
        text += setting_line(filled(kind->setting, run_template));
    if (!start.memory_setting.empty())
        text += setting_line(filled(start.memory_setting, run_template));
    if (needs_home(run_template)) text += setting_line("HOME=" + run_template.home);
    for (const std::string& each : run_template.environment) text += setting_line(each);
    if (run_template.port != 0) text += "export PORT=" + std::to_string(run_template.port) + "\n";
    bool has_user = !run_template.user.empty() && run_template.user != "root";
    if (!run_template.run_dir.empty())
        text += "install -d " +
                (has_user ? "-o " + shell_word(run_template.user) + " " : std::string()) +
                shell_word(run_template.run_dir) + "\n";
    if (!run_template.work_dir.empty())
        text += "cd " + shell_word(run_template.work_dir) + " || exit 111\n";
    text += "exec ";
    // Read before the user changes, who need not be able to read what is secret.
    if (!run_template.env_dir.empty()) text += "envdir " + shell_word(run_template.env_dir) + " ";
    if (has_user) text += "setuidgid -s " + shell_word(run_template.user) + " ";
    // Not -m: that also sets the stack limit, of which each thread gets as much address space.
    bool is_told = !start.memory_option.empty() || !start.memory_setting.empty();
    if (run_template.memory && !is_told)
        text += "softlimit -d " + std::to_string(*run_template.memory) + " ";
    return text + command_of(run_template, start) + "\n";
}

std::string log_script(const RunTemplate& run_template) {
    std::string become =
        run_template.log_user.empty() ? "" : "setuidgid " + shell_word(run_template.log_user) + " ";
    return "#!/bin/sh\n# Keeps the output of " + run_template.name +
           " in ./main/current, and rotates it.\n" + "exec " + become + "multilog t " +
           (run_template.log_size.empty() ? "" : "s" + run_template.log_size + " ") +
           (run_template.log_keep.empty() ? "" : "n" + run_template.log_keep + " ") + "./main\n";
}

std::optional<std::uint64_t> size_from(std::string_view text) {
    std::uint64_t unit = 1;
    constexpr std::string_view units = "KMGT";
    if (!text.empty() && (text.back() == 'B' || text.back() == 'b')) text.remove_suffix(1);
    size_t place =
        text.empty() ? std::string_view::npos : units.find(static_cast<char>(text.back() & ~0x20));
    if (place != std::string_view::npos) {
        unit <<= 10 * (place + 1);
        text.remove_suffix(1);
    }
    auto value = text::decimal(text);
    if (text.empty() || !value || *value == 0 || *value > (std::uint64_t{1} << 50U) / unit)
        return std::nullopt;
    return *value * unit;
}

}  // namespace hf::text
