// SPDX-License-Identifier: MIT
// The scripts of a new service: those that an expert would write by hand. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hf::text {

struct RunTemplate {
    std::string name;
    std::string user;                      // empty: whoever svscan is
    std::string home;                      // its home directory; empty: HOME is not set
    std::vector<std::string> environment;  // "K=V"
    std::string env_dir;
    std::optional<std::uint64_t> memory;  // bytes
    std::uint16_t port = 0;
    std::string like;  // the name of a runtime, or empty
    std::vector<std::string> command;
    std::string log_user;
    std::string log_size;   // of a log file in bytes; empty: multilog's own limit
    std::string log_keep;   // how many old log files; empty: as multilog
    std::string run_dir;    // made anew at each start, for the user: /run is empty after a boot
    std::string work_dir;   // where it is started; empty: in the service directory
    std::string directory;  // the service's
    std::string program;    // of the runtime, where it was found; empty: its usual name
};

// The two scripts.
std::string run_script(const RunTemplate& run_template);
std::string log_script(const RunTemplate& run_template);

// "256M", "1G", "4096": bytes; none if it is no size.
std::optional<std::uint64_t> size_from(std::string_view text);

}  // namespace hf::text
