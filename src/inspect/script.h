// SPDX-License-Identifier: MIT
// What a run script will do, read without running it. Pure.
//
// This is no shell. It follows what run scripts are made of: settings, variables, `cd`, one
// command after another, `exec`. What it cannot know (a variable from outside, the output of a
// command) it marks as unknown, and whoever asks then says nothing, rather than something wrong.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hf::inspect {

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
    std::vector<Word> outputs;  // files that its output goes to
};

struct Script {
    std::string interpreter;           // of the `#!` line; empty without one
    std::vector<std::string> options;  // what follows it there
    std::map<std::string, Word> variables;
    std::vector<Command> commands;
    std::set<std::string> functions;
    Word output;        // by `exec >FILE`, for all that follows; empty: what it was started with
    int crlf_line = 0;  // the first that ends in CR LF where the shell takes the CR for a word
    bool is_shell = false;
};

// `inherited`: variables that it begins with.
Script parse_script(std::string_view text, std::map<std::string, Word> inherited = {});

// The program that `#!/usr/bin/env` is asked to execute; empty if the script is for another
// interpreter. The kernel gives all that follows as one word, which only -S splits.
std::string sought_by_env(const Script& script);

// The number of a setting such as PORT=8080; empty text if it is not there or not known.
std::string setting(const Script& script, const std::string& name);

}  // namespace hf::inspect
