// SPDX-License-Identifier: MIT
// The command line of holdfast, taken apart. What each command takes stands in its own file.
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "inspect/access.h"
#include "program/tool.h"
#include "text/arguments.h"

namespace hf::cli {

class CommandLine {
  public:
    CommandLine();

    // A command that concerns a scan directory: it has --folder, which `options->where` gets.
    // `command` returns the exit code.
    template <typename Options>
    CLI::App* add(const std::string& name, const std::string& help,
                  std::shared_ptr<Options> options, int (*command)(const Options&)) {
        CLI::App* sub = add(name, help, [this, options, command] {
            options->where.scan_dir = scan_dir_;
            return command(*options);
        });
        add_scan_dir(sub);
        return sub;
    }

    // Any other.
    CLI::App* add(const std::string& name, const std::string& help, std::function<int()> command);

    const CLI::App& app() const { return app_; }

    // Throws Usage, with what may have been meant.
    [[noreturn]] void refuse(const std::string& command) const;

    // Runs the command that is named. Throws Usage.
    int run(const program::Args& args);

  private:
    void add_scan_dir(CLI::App* app);
    std::vector<std::string> commands() const;
    int explain(const CLI::ParseError& error, const program::Args& args) const;

    CLI::App app_;
    std::string scan_dir_;
    std::function<int()> command_;
};

// What is in this user's way, and that root may; empty if nothing is. Or the same as a Fatal.
std::string refusal_of(inspect::Access access, const std::string& path);
void refuse_without(inspect::Access access, const std::string& path);

// Options that several commands have.
CLI::Option* add_name(CLI::App* sub, std::string& name, const std::string& help);
CLI::Option* add_names(CLI::App* sub, std::vector<std::string>& names);
CLI::Option* add_seconds(CLI::App* sub, const std::string& name, std::chrono::nanoseconds& time,
                         const std::string& help,
                         std::string (*check)(const std::string&) = text::wrong_seconds);
CLI::Option* add_port(CLI::App* sub, std::uint16_t& port, const std::string& help);
CLI::Option* add_since(CLI::App* sub, std::string& since);
CLI::Option* add_until(CLI::App* sub, std::string& until);
void add_all_processes(CLI::App* sub, bool& flag);

}  // namespace hf::cli
