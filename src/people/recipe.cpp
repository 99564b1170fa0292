// SPDX-License-Identifier: MIT
#include "people/recipe.h"

#include <algorithm>
#include <array>

#include "format/decimal.h"
#include "people/look/words.h"

namespace hf::people {

namespace {

// How a kind of server is started. {M} in an option is the memory in megabytes.
struct Kind {
    std::string_view name;
    std::string_view ending;   // of the file that stands for the whole command
    std::string_view program;  // what runs such a file
    std::string_view options;  // always
    std::string_view memory_option;
    std::string_view environment;
    std::string_view remark;
};

constexpr std::array kinds{
    Kind{"squeak", ".image", "squeak", "-vm-sound-null -vm-display-null", "-mmap {M}m", "",
         "Headless. The image, its .changes and its .sources lie together here."},
    Kind{"pharo", ".image", "pharo", "--headless", "--maxOldSpaceSize={B}", "",
         "Headless. The image, its .changes and its .sources lie together here."},
    Kind{"java", ".jar", "java", "-XX:+ExitOnOutOfMemoryError", "-Xmx{M}m", "",
         "-Xmx limits the heap; the whole takes about half as much again."},
    Kind{"node", ".js", "node", "", "--max-old-space-size={M}", "NODE_ENV=production", ""},
    Kind{"python", ".py", "python3", "", "", "PYTHONUNBUFFERED=1",
         "Unbuffered: what it prints is in the log at once."},
    Kind{"ruby", ".rb", "ruby", "", "", "RACK_ENV=production", ""},
};

const Kind* kind_of(const std::string& name) {
    for (const Kind& kind : kinds) {
        if (kind.name == name) return &kind;
    }
    return nullptr;
}

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

// The program, its options, the file; or the command as it was given, if that is a whole one.
std::string command_of(const Recipe& recipe, const Kind* kind) {
    std::string given = quoted_words(recipe.command);
    if (kind == nullptr || !recipe.command[0].ends_with(kind->ending)) return given;
    std::string text(kind->program);
    if (!kind->options.empty()) text.append(" ").append(kind->options);
    if (recipe.memory && !kind->memory_option.empty()) {
        std::string option(kind->memory_option);
        option = replaced(option, "{M}", std::to_string(*recipe.memory >> 20U));
        text += " " + replaced(option, "{B}", std::to_string(*recipe.memory));
    }
    if (kind->name == "java") text += " -jar";
    return text + " " + given;
}

std::string setting_line(const std::string& setting) {
    size_t equals = setting.find('=');
    return "export " + setting.substr(0, equals) + "=" + shell_word(setting.substr(equals + 1)) +
           "\n";
}

}  // namespace

std::vector<std::string> recipe_names() {
    std::vector<std::string> names;
    for (const Kind& kind : kinds) names.emplace_back(kind.name);
    return names;
}

std::string run_script(const Recipe& recipe) {
    const Kind* kind = kind_of(recipe.like);
    std::string text = "#!/bin/sh\n# " + recipe.name + ", started and kept up by svscan.\n";
    if (kind != nullptr && !kind->remark.empty()) text.append("# ").append(kind->remark) += "\n";
    text += "exec 2>&1\n";
    if (kind != nullptr && !kind->environment.empty())
        text += setting_line(std::string(kind->environment));
    for (const std::string& each : recipe.environment) text += setting_line(each);
    if (recipe.port != 0) text += "export PORT=" + std::to_string(recipe.port) + "\n";
    text += "exec ";
    if (!recipe.user.empty() && recipe.user != "root")
        text += "setuidgid " + shell_word(recipe.user) + " ";
    if (!recipe.env_dir.empty()) text += "envdir " + shell_word(recipe.env_dir) + " ";
    // A limit of address space is no limit of memory for what reserves far more than it uses.
    bool by_option = kind != nullptr && !kind->memory_option.empty();
    if (recipe.memory && !by_option) text += "softlimit -m " + std::to_string(*recipe.memory) + " ";
    return text + command_of(recipe, kind) + "\n";
}

std::string log_script(const Recipe& recipe) {
    std::string become =
        recipe.log_user.empty() ? "" : "setuidgid " + shell_word(recipe.log_user) + " ";
    return "#!/bin/sh\n# Keeps what " + recipe.name +
           " prints in ./main/current, and rotates it.\n" + "exec " + become +
           "multilog t ./main\n";
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
    auto value = format::decimal(text);
    if (text.empty() || !value || *value == 0 || *value > (std::uint64_t{1} << 50U) / unit)
        return std::nullopt;
    return *value * unit;
}

}  // namespace hf::people
