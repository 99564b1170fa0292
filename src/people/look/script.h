// SPDX-License-Identifier: MIT
// What a run script will do, read without running it. Pure.
//
// This is no shell. It follows what run scripts are made of: settings, variables, `cd`, one
// command after another, `exec`. What it cannot know (a variable from outside, the output of a
// command) it marks as unknown, and whoever asks then says nothing, rather than something wrong.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hf::people {

struct Word {
    std::string text;
    bool known = true;
};

struct Command {
    int line = 0;
    std::vector<Word> words;  // `exec` and settings in front are taken off
    bool exec = false;
    bool background = false;   // ends in `&`
    bool conditional = false;  // within if, while, case, a function, or after && and ||
    bool piped = false;
};

struct Script {
    std::string interpreter;           // of the `#!` line; empty without one
    std::vector<std::string> options;  // what follows it there
    std::map<std::string, Word> variables;
    std::vector<Command> commands;
    bool is_shell = false;
};

Script parse_script(std::string_view text);

// The number of a setting such as PORT=8080; empty text if it is not there or not known.
std::string setting(const Script& script, const std::string& name);

}  // namespace hf::people
