// SPDX-License-Identifier: MIT
// What can be asked of a service through its control FIFO: the one table of control letters.
#pragma once

#include <array>
#include <csignal>
#include <optional>

namespace hf::core {

enum class Wish {
    signal,  // nothing but the signal
    up,
    down,
    once,
    leave,  // end the supervision when there is no process
    pause,
    resume,
};

struct Order {
    char letter;
    Wish wish;
    int signal;  // 0: none
};

// The first eleven are daemontools'; the rest daemontools-encore's.
inline constexpr std::array orders{
    Order{'u', Wish::up, 0},
    Order{'d', Wish::down, SIGTERM},
    Order{'o', Wish::once, 0},
    Order{'x', Wish::leave, 0},
    Order{'p', Wish::pause, SIGSTOP},
    Order{'c', Wish::resume, SIGCONT},
    Order{'h', Wish::signal, SIGHUP},
    Order{'a', Wish::signal, SIGALRM},
    Order{'i', Wish::signal, SIGINT},
    Order{'t', Wish::signal, SIGTERM},
    Order{'k', Wish::signal, SIGKILL},
    Order{'q', Wish::signal, SIGQUIT},
    Order{'1', Wish::signal, SIGUSR1},
    Order{'2', Wish::signal, SIGUSR2},
    Order{'w', Wish::signal, SIGWINCH},
};

// None for a byte that is no control letter: such bytes are ignored.
constexpr std::optional<Order> order_of(char letter) {
    for (const Order& order : orders) {
        if (order.letter == letter) return order;
    }
    return std::nullopt;
}

}  // namespace hf::core
