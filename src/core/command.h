// SPDX-License-Identifier: MIT
// What can be asked of a service through its control FIFO: the one table of control letters.
#pragma once

#include <array>
#include <csignal>
#include <cstdint>
#include <optional>

namespace hf::core {

enum class Operation {
    signal,  // nothing but the signal
    up,
    down,
    once,
    exit,  // end the supervision when there is no process
    pause,
    resume,
    restart,  // stop as `down` does, and start again
};

// The caller of a command that does not say who gives it.
inline constexpr std::uint32_t unknown_caller = ~std::uint32_t{0};

struct Command {
    char letter;
    Operation operation;
    int signal;                             // 0: none
    std::uint32_t caller = unknown_caller;  // a user
};

// The first eleven are daemontools', the next daemontools-encore's, and `r` is our own.
inline constexpr std::array commands{
    Command{'u', Operation::up, 0},
    Command{'d', Operation::down, SIGTERM},
    Command{'o', Operation::once, 0},
    Command{'x', Operation::exit, 0},
    Command{'p', Operation::pause, SIGSTOP},
    Command{'c', Operation::resume, SIGCONT},
    Command{'h', Operation::signal, SIGHUP},
    Command{'a', Operation::signal, SIGALRM},
    Command{'i', Operation::signal, SIGINT},
    Command{'t', Operation::signal, SIGTERM},
    Command{'k', Operation::signal, SIGKILL},
    Command{'q', Operation::signal, SIGQUIT},
    Command{'1', Operation::signal, SIGUSR1},
    Command{'2', Operation::signal, SIGUSR2},
    Command{'w', Operation::signal, SIGWINCH},
    Command{'r', Operation::restart, 0},
};

// None for a byte that is no control letter: such bytes are ignored.
constexpr std::optional<Command> command_of(char letter) {
    for (const Command& command : commands) {
        if (command.letter == letter) return command;
    }
    return std::nullopt;
}

}  // namespace hf::core
