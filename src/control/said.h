// SPDX-License-Identifier: MIT
// What a process has said of itself by sd_notify(3).
#pragma once

#include <string>

namespace hf::control {

struct Said {
    std::string text;   // by STATUS=; or what the check of one that is not ready has found last
    std::string phase;  // "reloading", "stopping", or empty
};

// Of the service in the directory `path`: fit to be shown, whoever has put it there.
Said said_in(const std::string& path);

// "it says that it is reloading: 3 of 7", "it says: 3 of 7"; empty if it says nothing.
std::string words_of(const Said& said);

}  // namespace hf::control
