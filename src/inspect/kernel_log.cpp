// SPDX-License-Identifier: MIT
#include "inspect/kernel_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>

#include "sys/clock.h"
#include "sys/fd.h"

namespace hf::inspect {

namespace {

constexpr std::chrono::minutes recent(10);

// "Killed process 123 (name) total-vm:...". The name has at most 15 characters.
bool is_about(const std::string& line, const std::string& program) {
    if (line.find("Killed process") == std::string::npos &&
        line.find("oom-kill:") == std::string::npos)
        return false;
    std::string name = program.substr(program.rfind('/') + 1).substr(0, 15);
    return name.empty() || line.find("(" + name + ")") != std::string::npos ||
           line.find("task=" + name + ",") != std::string::npos;
}

}  // namespace

// Each read of /dev/kmsg gives one record: "level,number,microseconds,flags;text".
std::string last_memory_kill(const std::string& program) {
    sys::Fd log = sys::open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
    if (!log) return "";
    std::string last;
    std::array<char, 8192> record{};
    auto oldest = std::chrono::duration_cast<std::chrono::microseconds>(sys::boot_time() - recent);
    for (int i = 0; i < 100000; ++i) {
        ssize_t got = ::read(log.get(), record.data(), record.size() - 1);
        if (got < 0 && errno == EPIPE) continue;  // overwritten meanwhile
        if (got <= 0) break;
        std::string text(record.data(), static_cast<size_t>(got));
        long long microseconds = 0;
        if (std::sscanf(text.c_str(), "%*u,%*u,%lld", &microseconds) != 1) continue;
        if (std::chrono::microseconds(microseconds) < oldest) continue;
        size_t semicolon = text.find(';');
        if (semicolon == std::string::npos || !is_about(text, program)) continue;
        last = "the kernel's log: " + text.substr(semicolon + 1, text.find('\n') - semicolon - 1);
    }
    return last;
}

}  // namespace hf::inspect
