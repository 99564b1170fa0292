// SPDX-License-Identifier: MIT
#include "sys/process.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "sys/error.h"

namespace hf::sys {

namespace {

// struct pidfd_info in the linux/pidfd.h of 6.15, which older headers lack.
struct PidfdInfo {
    std::uint64_t mask;
    std::uint64_t cgroup;
    std::uint32_t ids[11];
    std::int32_t exit_code;
};
constexpr std::uint64_t info_exit = 1U << 3;
constexpr unsigned long pidfd_get_info = _IOWR(0xFF, 11, PidfdInfo);

}  // namespace

std::chrono::nanoseconds clock_tick() {
    static const long ticks = ::sysconf(_SC_CLK_TCK);
    return std::chrono::nanoseconds(1'000'000'000 / ticks);
}

std::optional<ProcessStat> process_stat(pid_t pid) {
    std::string path = "/proc/" + std::to_string(pid) + "/stat";
    Fd file = open(path.c_str(), O_RDONLY);
    std::string text;
    if (!file || !read_all(file.get(), text)) {
        if (errno == ENOENT || errno == ESRCH) return std::nullopt;
        fail("unable to read " + path);
    }
    // The name stands in parentheses and may hold anything; what follows the last one is plain.
    size_t after_name = text.rfind(')');
    if (after_name == std::string::npos) return std::nullopt;
    const char* field = text.c_str() + after_name + 2;
    ProcessStat result{};
    result.state = *field;
    result.parent = static_cast<pid_t>(std::strtol(field + 1, nullptr, 10));
    for (int number = 3; number < 22 && field != nullptr; ++number) {
        field = std::strchr(field, ' ');
        if (field != nullptr) ++field;
    }
    if (field == nullptr) return std::nullopt;
    result.born = clock_tick() * std::strtoll(field, nullptr, 10);
    return result;
}

std::array<std::byte, 16> boot_id() {
    std::array<std::byte, 16> id{};
    Fd file = open("/proc/sys/kernel/random/boot_id", O_RDONLY);
    std::string text;
    if (!file || !read_all(file.get(), text)) return id;
    size_t digits = 0;
    for (char c : text) {
        int value = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (value < 0 || digits == 32) continue;
        id[digits / 2] = (id[digits / 2] << 4) | std::byte(value);
        ++digits;
    }
    return id;
}

Fd open_process(pid_t pid) {
    return Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));  // close-on-exec by itself
}

std::optional<ExitInfo> exit_info(int process) {
    PidfdInfo info{};
    info.mask = info_exit;
    if (::ioctl(process, pidfd_get_info, &info) < 0) return std::nullopt;
    if ((info.mask & info_exit) == 0) return std::nullopt;
    int status = info.exit_code;
    if (WIFEXITED(status)) return ExitInfo{CLD_EXITED, WEXITSTATUS(status)};
    return ExitInfo{WCOREDUMP(status) ? CLD_DUMPED : CLD_KILLED, WTERMSIG(status)};
}

void signal_process(int process, int number) {
    ::syscall(SYS_pidfd_send_signal, process, number, nullptr, 0);
}

}  // namespace hf::sys
