// SPDX-License-Identifier: MIT
// holdfast-rules DIR...: says what is wrong with DIR/service.toml.
// holdfast-rules --write DIR...: for the engine, which knows no TOML: what came of each goes to
// DIR/supervise/rules.new, and then its number (0 is the first) to standard output, as a line.
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>

#include "config/load.h"
#include "program/tool.h"
#include "sys/error.h"
#include "sys/fd.h"
#include "sys/safe_open.h"

namespace hf::program {

namespace {

// A directory that takes longer is not waited for.
constexpr unsigned longest_seconds = 2;

void write_rules(const std::string& directory, const format::ReadRules& rules) {
    const sys::Fd here = sys::open(directory.c_str(), O_PATH | O_DIRECTORY);
    const sys::Fd supervise = here ? sys::open_directory(here, "supervise") : sys::Fd();
    const std::string path = directory + "/supervise/" + format::new_rules;
    if (!supervise) sys::fail("unable to open " + directory + "/supervise");
    ::unlinkat(supervise.get(), format::new_rules, 0);
    const sys::Fd file =
        sys::open_at(supervise, format::new_rules, O_WRONLY | O_CREAT | O_EXCL, 0644);
    if (!file) sys::fail("unable to create " + path);
    if (sys::write_all(file.get(), format::encode(rules))) return;
    const int error = errno;
    ::unlinkat(supervise.get(), format::new_rules, 0);
    throw sys::Error("unable to write " + path, error);
}

// The one that asks may die; its successor asks anew.
int write_all_rules(const Args& directories) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::umask(022);
    for (size_t i = 0; i < directories.size(); ++i) {
        ::alarm(longest_seconds);
        try {
            const auto rules = config::load(directories[i], ::geteuid());
            if (rules) write_rules(directories[i], *rules);
        } catch (const sys::Error& error) {
            warn(error.text(), error.code());
        }
        if (!sys::write_all(STDOUT_FILENO, std::to_string(i) + "\n")) return 111;
    }
    return 0;
}

int check(const Args& directories) {
    bool is_right = true;
    for (const char* directory : directories) {
        const auto rules = config::load(directory, ::geteuid());
        if (!rules) continue;
        for (const std::string& fault : rules->faults) {
            sys::write_all(STDERR_FILENO, format::fault_words(directory, fault) + "\n");
            is_right = false;
        }
    }
    return is_right ? 0 : 1;
}

}  // namespace

}  // namespace hf::program

int hf::program::run(const Args& args) {
    const bool writes = !args.empty() && std::string_view(args[0]) == "--write";
    const Args directories(args.begin() + (writes ? 1 : 0), args.end());
    if (directories.empty() || (!writes && directories[0][0] == '-'))
        throw Usage{"holdfast-rules: usage: holdfast-rules [--write] dir ..."};
    return writes ? write_all_rules(directories) : check(directories);
}
