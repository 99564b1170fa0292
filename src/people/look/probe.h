// SPDX-License-Identifier: MIT
// Asking a server one harmless question, as a browser would.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "people/look/sockets.h"

namespace hf::people {

enum class Reply {
    answered,    // something came, or it closed the connection
    silent,      // it took the connection, and said nothing before the deadline
    unaccepted,  // the kernel took the connection; the program did not
    refused,
};

struct Probed {
    Reply reply = Reply::refused;
    std::chrono::milliseconds took{};
    std::string first_line;
};

// Connects to where each listens, to all at a time, and asks for the page "/" as HTTP does. Takes
// no longer than `patience`; the answers are in the order of the listeners.
std::vector<Probed> probe(const std::vector<Listener>& listeners,
                          std::chrono::milliseconds patience);

}  // namespace hf::people
