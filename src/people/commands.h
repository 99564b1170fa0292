// SPDX-License-Identifier: MIT
// The subcommands of `holdfast`, one file each. Their options come as plain values, so that only
// holdfast_main.cpp knows how a command line is taken apart. Each returns the exit code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hf::people {

struct Where {
    std::string folder;  // --folder; empty: the usual one
    bool json = false;
};

struct WhyOptions {
    Where where;
    std::string name;
    std::uint16_t port = 0;
};
int why_command(const WhyOptions& options);
int check_command(const WhyOptions& options);

// What `why` prints, without colours.
std::string why_text(const WhyOptions& options);

struct StatusOptions {
    Where where;
    std::vector<std::string> names;
    bool watch = false;
};
int status_command(const StatusOptions& options);

// Exit codes: 0 it is so, 1 not in time, 2 some service could not be given the order.
struct OrderOptions {
    Where where;
    std::string verb;  // "start", "stop" ...
    std::vector<std::string> names;
    bool all = false;
    bool force = false;
    std::string signal;    // of `signal`
    double patience = 30;  // seconds; negative: for ever
};
int order_command(const OrderOptions& options);

struct WaitOptions {
    Where where;
    std::string goal;  // "up", "down", "ready", "dead"
    std::vector<std::string> names;
    std::uint16_t port = 0;  // of "ready"
    double patience = -1;
};
int wait_command(const WaitOptions& options);

// Needs a terminal.
int top_command(const Where& where);

struct AddOptions {
    Where where;
    std::string name;
    std::string user;
    std::string directory;
    std::vector<std::string> environment;
    std::string env_dir;
    std::string memory;
    std::uint16_t port = 0;
    std::string like;
    bool no_log = false;
    bool down = false;
    bool dry_run = false;
    double patience = 15;
    std::vector<std::string> command;
};
int add_command(const AddOptions& options);

struct RemoveOptions {
    Where where;
    std::string name;
    bool purge = false;
    double patience = 30;
};
int remove_command(const RemoveOptions& options);

struct LogsOptions {
    Where where;
    std::vector<std::string> names;
    bool follow = false;
    std::uint64_t lines = 20;
    bool lines_given = false;
    std::string since;
    std::string until;
    std::string pattern;
    bool utc = false;
    bool raw = false;
};
int logs_command(const LogsOptions& options);

struct EventsOptions {
    Where where;
    std::vector<std::string> names;
    bool follow = false;
    std::optional<size_t> lines;
    std::string since;
    std::string until;
    bool utc = false;
};
int events_command(const EventsOptions& options);

struct CompletionOptions {
    std::string shell;
};
int completion_command(const CompletionOptions& options);

// The names of the services, a line each: what completion offers.
int names_command(const Where& where);

// What a person sees: no colour where it is not wanted or nobody looks (NO_COLOR, no terminal).
bool wants_colour(int fd);

}  // namespace hf::people
