// SPDX-License-Identifier: MIT
// The service.toml of a new service: the rules that an expert would write by hand.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hf::cli {

struct NewRules {
    std::vector<std::string> needs;
    std::string ready;        // a way, as --ready takes it
    std::uint16_t port = 0;   // that is asked, where the way asks one
    std::string stop_signal;  // empty: TERM
    std::string stop_timeout = "90s";
};

// The ways of being ready that --ready takes as they are.
std::vector<std::string> ready_ways();

// What is wrong with a word for --ready; empty if nothing is. A CLI11 check.
std::string wrong_ready(const std::string& word);

// Whether it is found ready by asking a port.
bool asks_port(std::string_view ready);

std::string rules_text(const NewRules& rules);

// What the supervisor would refuse in that text, beside a service `name`; empty: nothing.
std::string fault_in(const NewRules& rules, const std::string& name);

}  // namespace hf::cli
