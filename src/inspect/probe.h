// SPDX-License-Identifier: MIT
// Asking a server one harmless question, as a browser would.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "inspect/sockets.h"

namespace hf::inspect {

enum class Reply {
    answered,    // something came, or it closed the connection
    silent,      // it took the connection, and said nothing before the deadline
    unaccepted,  // the kernel took the connection; the program did not
    refused,     // ... though somebody listens: see Probed::error
    unheard,     // nothing came back, not even a refusal
};

enum class Question {
    none,  // only a connection: it is enough for whoever may take a question for an attack
    http,  // the page "/"
};

struct Probed {
    Reply reply = Reply::refused;
    std::chrono::milliseconds took{};
    std::string first_line;
    int error = 0;  // of connect(2)
};

// Connects to where each listens, to all at a time, and asks. Takes no longer than `timeout`; the
// answers are in the order of the listeners.
std::vector<Probed> probe(const std::vector<Listener>& listeners, Question question,
                          std::chrono::milliseconds timeout);

}  // namespace hf::inspect
