// SPDX-License-Identifier: MIT
// The run script of a new service: the one that an expert would write by hand. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hf::people {

struct Recipe {
    std::string name;
    std::string user;                      // empty: whoever svscan is
    std::vector<std::string> environment;  // "K=V"
    std::string env_dir;
    std::optional<std::uint64_t> memory;  // bytes
    std::uint16_t port = 0;
    std::string like;  // a template's name, or empty
    std::vector<std::string> command;
    std::string log_user;
};

std::vector<std::string> recipe_names();

// The two scripts.
std::string run_script(const Recipe& recipe);
std::string log_script(const Recipe& recipe);

// "256M", "1G", "4096": bytes; none if it is no size.
std::optional<std::uint64_t> size_from(std::string_view text);

}  // namespace hf::people
