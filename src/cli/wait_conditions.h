// SPDX-License-Identifier: MIT
// What services are waited for to be.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "cli/await.h"

namespace hf::cli {

Check is_down(const control::ServiceView& view);

// Up for long enough that it did not end at once; of a oneshot: it has succeeded.
Check is_settled(const control::ServiceView& view);

// ... and longer than all its lives, if it is in a crash loop; and its processes listen on `port`
// (0: on whatever they like). One that says when it is ready has said so, if `port` is 0.
Check is_ready(const control::ServiceView& view, std::uint16_t port);

// This process is to say when it is ready, or is asked.
bool says_ready(const control::ServiceView& view);

// It serves on `port`, and is ready if it says that; where the port is 0, it listens anywhere, or
// has lived for three seconds. There is no hope of it when it listens elsewhere alone, for two
// seconds.
Check is_serving(const control::ServiceView& view, std::uint16_t port);

// `condition`, of which there is no hope after an exit of a service in a crash loop.
Condition unless_crash_loop(const std::vector<control::WatchedService>& services,
                            Condition condition);

// ... after more exits than these, by the name of the service; a name that is missing has 0.
Condition unless_crash_loop(std::map<std::string, unsigned> exits, Condition condition);

// ... nor of a service that was told to stop, and still runs.
Condition unless_stopping(Condition condition);

}  // namespace hf::cli
