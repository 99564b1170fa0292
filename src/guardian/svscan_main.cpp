// SPDX-License-Identifier: MIT
// svscan [--main NAME] [--prefix-output] [DIR]: supervises every service directory below DIR, or
// below the current directory; with NAME until that service ends.
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "guardian/guardian.h"
#include "guardian/words.h"

namespace {

using namespace hf::guardian;

// The three standard descriptors exist, and nothing else goes to what is executed from here.
void tidy_descriptors() {
    while (true) {
        int fd = ::open("/dev/null", O_RDWR);
        if (fd < 0 || fd > STDERR_FILENO) {
            if (fd >= 0) ::close(fd);
            break;
        }
    }
    if (::syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
    for (int fd = STDERR_FILENO + 1; fd < 1024; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

Legacy take_legacy() {
    Legacy legacy;
    const char* text = std::getenv("HOLDFAST_LEGACY");
    int halting = 0;
    // An older version gives four.
    if (text != nullptr && std::sscanf(text, "%d,%d,%d,%d,%d,%d,%d", &legacy.lock, &legacy.memory,
                                       &legacy.engine_file, &halting, &legacy.exit_code,
                                       &legacy.notify.socket, &legacy.notify.interval_ms) >= 4)
        legacy.halting = halting != 0;
    ::unsetenv("HOLDFAST_LEGACY");
    return legacy;
}

// A last word is a folder's name as ever, whatever it looks like.
Options take_options(int& argc, char**& argv) {
    Options options;
    for (int taken = 1; taken > 0 && argc > 2; argc -= taken, argv += taken) {
        taken = 0;
        if (std::strcmp(argv[1], "--prefix-output") == 0) {
            options.prefix_output = true;
            taken = 1;
        } else if (std::strcmp(argv[1], "--main") == 0) {
            options.main = argv[2];
            taken = 2;
        }
    }
    return options;
}

}  // namespace

int main(int argc, char** argv) {
    const char* program = argv[0];
    if (std::getenv("HOLDFAST_PROBE") != nullptr) return 0;  // a guardian asks whether this runs
    tidy_descriptors();
    Legacy legacy = take_legacy();
    if (legacy.memory < 0) legacy.notify = take_notify();
    const Options options = take_options(argc, argv);
    const char* name = argc > 1 ? argv[1] : ".";
    // After an upgrade the current directory is the folder already.
    if (argc > 1 && legacy.memory < 0 && ::chdir(name) < 0) die("unable to chdir to %s", name);

    std::array<char, PATH_MAX> self{};
    if (::readlink("/proc/self/exe", self.data(), self.size() - 1) <= 0)
        std::snprintf(self.data(), self.size(), "%s", program);
    return Guardian(name, options, self.data(), legacy).run();
}
