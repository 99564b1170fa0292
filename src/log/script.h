// SPDX-License-Identifier: MIT
// multilog's script: what its arguments ask for. Pure. An argument that means nothing is ignored,
// as daemontools does, and so is a word that merely begins with one of our own letters: those have
// a strict form. The letters stand in multilog(8); this file is the only code that knows them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hf::log {

enum class Stamp { none, tai64n, iso8601, json };

// When an automatically rotated directory rotates, and what it keeps.
struct DirectoryRules {
    uint64_t size = 99999;        // sN, bN
    unsigned long files = 10;     // nN
    uint64_t total = UINT64_MAX;  // SN: bytes of all finished files
    uint64_t keep_free = 0;       // kN: bytes that stay free on the disk
    std::chrono::seconds age{0};  // aN; 0: a file's age does not matter
    bool at_midnight = false;     // amidnight
    int compression = 0;          // zN: level; 0: none
    std::string processor{};      // !CMD
};

struct Directory {
    std::string name;
    DirectoryRules rules;
};

// The actions on a line, in script order. Directory numbers count the directories of the script.
struct Select {
    std::string pattern;
    bool selects = false;
    bool regular = false;  // POSIX extended, not multilog's own
};
struct Alert {};
struct StatusFile {
    std::string name;
};
struct AppendTo {
    size_t directory = 0;
};
struct AtMost {
    uint64_t lines = 0;
    std::chrono::seconds every{1};
};
struct CopyTo {
    enum class Kind { syslog, udp, tcp } kind = Kind::syslog;
    std::string host;  // numeric; empty for syslog
    uint16_t port = 0;
};
using Action = std::variant<Select, Alert, StatusFile, AppendTo, AtMost, CopyTo>;

struct Script {
    Stamp stamp = Stamp::none;
    std::vector<Action> actions;
    std::vector<Directory> directories;
};

Script parse_script(const std::vector<std::string_view>& words);

// Says the whole language, for --help.
std::string_view script_help();

}  // namespace hf::log
