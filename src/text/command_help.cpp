// SPDX-License-Identifier: MIT
#include "text/command_help.h"

#include <array>

namespace hf::text {

namespace {

struct Command {
    std::string_view name;
    std::string_view arguments;
    std::string_view what;
};

constexpr std::array commands{
    Command{"envdir", "dir program [argument ...]",
            "Runs a program with environment variables from a directory."},
    Command{"envuidgid", "account program [argument ...]",
            "Runs a program that is told the numbers of an account."},
    Command{"fghack", "program [argument ...]", "Runs a daemon in the foreground."},
    Command{"holdfast-checker", "", "Finds out whether servers answer, for the engine."},
    Command{"holdfast-enter", "name program [argument ...]",
            "Runs a program as [process] of the service.toml here says."},
    Command{"holdfast-label", "name program [argument ...]",
            "Prefixes each line of a program with the time and a name."},
    Command{"holdfast-rules", "[--write] dir ...", "Says what is wrong with service.toml files."},
    Command{"pgrphack", "program [argument ...]",
            "Runs a program in a session and process group of its own."},
    Command{"readproctitle", "title ... dots", "Shows messages in the process list."},
    Command{"setlock", "[-nNxX] file program [argument ...]",
            "Runs a program while holding a lock."},
    Command{"setuidgid", "[-s] account program [argument ...]",
            "Runs a program as another account; -s: with all its groups."},
    Command{"softlimit",
            "[-a allbytes] [-c corebytes] [-d databytes] [-f filebytes] [-l lockbytes] "
            "[-m membytes] [-o openfiles] [-p processes] [-r residentbytes] [-s stackbytes] "
            "[-t cpusecs] program [argument ...]",
            "Runs a program with resource limits."},
    Command{"supervise", "dir", "Supervises one service."},
    Command{"svc", "[-udopchaitkxq12w] dir ...",
            "Controls services: u up, d down, o once, x exit, p pause, c continue, h hup, a alarm, "
            "i interrupt, t term, k kill, q quit, 1 usr1, 2 usr2, w winch."},
    Command{"svok", "dir", "Succeeds if a directory is supervised."},
    Command{"svscan", "[--main name] [--prefix-output] [dir]",
            "Supervises every service in a scan directory."},
    Command{"svstat", "dir ...", "Shows whether services are running, and for how long."},
    Command{"tai64n", "", "Puts a precise timestamp before each line."},
    Command{"tai64nlocal", "", "Turns the TAI64N labels of lines into local times."},
};

}  // namespace

std::string command_help(std::string_view command) {
    for (const Command& each : commands) {
        if (each.name != command) continue;
        std::string text = "usage: " + std::string(each.name);
        if (!each.arguments.empty()) text.append(" ").append(each.arguments);
        return text.append("\n").append(each.what).append("\nmore: man ").append(each.name) + "\n";
    }
    return "";
}

}  // namespace hf::text
