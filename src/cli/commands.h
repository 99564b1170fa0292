// SPDX-License-Identifier: MIT
// The subcommands of `holdfast`, one file each. Each joins the command line with its own options.
#pragma once

#include <cstdint>
#include <string>

namespace hf::cli {

class CommandLine;

void add_add(CommandLine& line);
void add_remove(CommandLine& line);
void add_enable(CommandLine& line);   // and disable
void add_show(CommandLine& line);     // and edit
void add_control(CommandLine& line);  // start, stop, restart ...
void add_status(CommandLine& line);
void add_top(CommandLine& line);
void add_why(CommandLine& line);  // and check
void add_logs(CommandLine& line);
void add_events(CommandLine& line);
void add_wait(CommandLine& line);
void add_help(CommandLine& line);
void add_completion(CommandLine& line);

struct Where {
    std::string scan_dir;  // --folder; empty: the usual one
    bool json = false;
};

// What other commands ask `why` and `check`. Both print, and return the exit code.
struct WhyOptions {
    Where where;
    std::string name;
    std::uint16_t port = 0;
};
int why_command(const WhyOptions& options);
int check_command(const WhyOptions& options);

// The sentence that `why` begins with; empty where it finds nothing wrong.
std::string first_line_of_why(const std::string& scan_dir, const std::string& name,
                              std::uint16_t port);

// What `why` prints, without colours.
std::string why_text(const WhyOptions& options);

}  // namespace hf::cli
