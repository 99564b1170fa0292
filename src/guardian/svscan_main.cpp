// SPDX-License-Identifier: MIT
// svscan [[--main NAME] [--prefix-output] DIR]: supervises every service directory below DIR, or
// below the current directory; with NAME until that service ends.
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "guardian/descriptors.h"
#include "guardian/guardian.h"
#include "guardian/messages.h"
#include "sys/fd.h"
#include "sys/program.h"
#include "text/command_help.h"

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

// A last word is a folder's name as ever, whatever it looks like.
Options take_options(int& argc, char**& argv) {
    Options options;
    for (int taken = 1; taken > 0 && argc > 2; argc -= taken, argv += taken) {
        taken = 0;
        if (std::strcmp(argv[1], "--prefix-output") == 0) {
            options.prefix_output = true;
            taken = 1;
        } else if (std::strcmp(argv[1], "--main") == 0) {
            options.main_service = argv[2];
            taken = 2;
        }
    }
    return options;
}

// Without a directory it would wait for the main service in the current one.
int misuse() {
    (void)!hf::sys::write_all(STDERR_FILENO,
                              "svscan: usage: svscan --main name [--prefix-output] dir\n");
    return 100;
}

}  // namespace

int main(int argc, char** argv) {
    const char* program = argv[0];
    const std::string self = hf::sys::program_path();
    if (std::getenv("HOLDFAST_PROBE") != nullptr) return 0;  // a guardian asks whether this runs
    tidy_descriptors();
    Handover handover = take_handover();
    if (handover.memory < 0) handover.notify = take_notify();
    const Options options = take_options(argc, argv);
    if (argc == 1 && options.main_service != nullptr) return misuse();
    const char* name = argc > 1 ? argv[1] : ".";
    if (argc == 2 && std::strcmp(name, "--help") == 0 && ::access(name, F_OK) < 0)
        return hf::sys::write_all(STDOUT_FILENO, hf::text::command_help("svscan")) ? 0 : 111;
    // After an upgrade the current directory is the folder already.
    if (argc > 1 && handover.memory < 0 && ::chdir(name) < 0)
        fatal_error("unable to chdir to %s", name);

    raise_limit();
    return Guardian(name, options, self.empty() ? program : self.c_str(), handover).run();
}
