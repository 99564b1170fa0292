// SPDX-License-Identifier: MIT
// What could stand where the cursor is. The shells' own parts only ask for this, so that they all
// know every command, option and service, and none is forgotten in one of them.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace hf::cli {

struct Candidate {
    std::string word;   // or ":files", ":directories", ":users": what the shell itself can list
    std::string about;  // a few words; may be empty
};

// `words`: what stands behind `holdfast` up to the cursor; the last one is not finished.
std::vector<Candidate> complete(const CLI::App& app, const std::vector<std::string>& words);

}  // namespace hf::cli
