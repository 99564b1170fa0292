// SPDX-License-Identifier: MIT
// Where what a service prints can be read again: in its log, or where svscan itself prints.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/service.h"
#include "inspect/launch.h"
#include "inspect/log.h"

namespace hf::control {

// The directory that the logger of the service at `path` writes to: what the logger that runs has
// open, else what log/run says. None where neither can be known.
std::optional<std::string> log_directory_of(const std::string& path);

// Whether the logger that runs in PATH/log reads what another service writes: `log` leads to that
// one's. Known where its descriptors may be seen.
bool has_logger_of_another(const std::string& path, pid_t logger);

// The service in `folder` that this logger reads from; empty where that is not known.
std::string writer_to(pid_t logger, const std::string& scan_dir);

enum class Sink { log, file, journal, title, screen };

struct OutputPlace {
    Sink sink;
    std::string location;  // the log directory, the file, the unit, the terminal
    bool shared = false;   // other services print there, too
    pid_t reader = 0;      // of a title: the readproctitle
    std::string label{};   // by which svscan --prefix-output marks its lines; empty: it does not
};

// The places where the output of this service may be found, its own first. `launch`: its run
// script, if that is known; `from`: the directory that its paths begin at.
std::vector<OutputPlace> outputs_of(const ServiceView& view,
                                    const std::optional<inspect::Launch>& launch,
                                    const std::string& from);

// What it printed there last, oldest first: no more than `count` lines, none older than `recent`
// where that can be known. The journal is asked for lines of the last `recent` alone.
std::vector<inspect::LogLine> recent_lines(const OutputPlace& output, size_t count,
                                           std::chrono::seconds recent);

// "its log", "the journal of holdfast.service (of all services without a log)".
std::string place_words(const OutputPlace& output);

// A command that shows the end of it; empty where there is none.
std::string command_to_show(const OutputPlace& output);

// The text of a screen of the kernel's console, as /dev/vcsa has it: its size and the cursor in
// four bytes, then two bytes a character.
std::vector<std::string> screen_lines(std::string_view vcsa);

}  // namespace hf::control
