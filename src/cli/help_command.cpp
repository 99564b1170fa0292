// SPDX-License-Identifier: MIT
// holdfast help [COMMAND].
#include "cli/command_line.h"
#include "cli/terminal.h"

namespace hf::cli {

namespace {

int help_command(const CommandLine& line, const std::string& topic) {
    const CLI::App& app = line.app();
    for (const CLI::App* sub : app.get_subcommands({})) {
        if (sub->get_name() != topic) continue;
        say(sub->help("holdfast"));
        return 0;
    }
    if (!topic.empty()) line.refuse(topic);
    say(app.help());
    return 0;
}

}  // namespace

void add_help(CommandLine& line) {
    auto topic = std::make_shared<std::string>();
    CLI::App* sub = line.add("help", "explain a command",
                             [&line, topic] { return help_command(line, *topic); });
    sub->add_option("command", *topic, "which")->type_name("COMMAND");
}

}  // namespace hf::cli
