// SPDX-License-Identifier: MIT
// Orders to services, and what has come of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "people/await.h"

namespace hf::people {

// The control letters for "start", "stop", "signal" with a signal's name, and so on, to a service
// as it was seen; empty if there are none.
std::string letters_of(const std::string& verb, const std::string& signal, const Seen& seen);

// Writes the letters to the service. Empty, or what went wrong.
std::string send_letters(const Awaited& service, const std::string& letters);

std::vector<Awaited> awaited(const std::string& folder, const std::vector<std::string>& names);

// Negative seconds: for ever.
std::optional<std::chrono::nanoseconds> patience_of(double seconds);

Verdict is_down(const Seen& seen);

// Up for long enough that it did not end at once.
Verdict is_settled(const Seen& seen);

// ... and its processes listen on `port` (0: on whatever they like).
Verdict is_ready(const Seen& seen, std::uint16_t port);

}  // namespace hf::people
