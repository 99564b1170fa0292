// SPDX-License-Identifier: MIT
// holdfast-label [--ready fd:pattern] name child: runs a program whose lines go to standard output
// with the time and a name before each. What svscan --prefix-output starts services with that have
// no log. With --ready its lines stay as they are, and the first that has the pattern is answered
// by a newline to the descriptor.
//
// The program takes this process's place; another reads its lines.
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstring>
#include <utility>

#include "format/named_lines.h"
#include "log/line_watch.h"
#include "log/passing.h"
#include "program/output_reader.h"
#include "program/tool.h"
#include "sys/clock.h"
#include "sys/error.h"
#include "sys/exec.h"
#include "sys/fd.h"
#include "text/error_text.h"

namespace hf::program {

namespace {

// What it was asked for; known to each process that reads.
const char* name = nullptr;
const char* pattern = nullptr;  // null: it puts the name there
int ready = -1;

// In pieces that a pipe takes whole, so that lines of several services do not mix. What nobody
// takes (a full disk, a reader that has gone) is dropped: the service goes on.
void write_lines(std::string_view lines) {
    while (!lines.empty()) {
        size_t size = lines.size();
        if (size > PIPE_BUF) size = lines.rfind('\n', PIPE_BUF - 1) + 1;
        log::write_patiently(lines.substr(0, size));
        lines.remove_prefix(size);
    }
}

void put_names(OutputReader& from) {
    format::NamedLines named(name, PIPE_BUF);
    std::vector<char> block(64 * 1024);
    std::string lines;
    while (from.more_may_come()) {
        const ssize_t got =
            sys::retry([&] { return ::read(from.source(), block.data(), block.size()); });
        if (got <= 0) break;
        named.take({block.data(), static_cast<size_t>(got)}, sys::wall_time(), lines);
        write_lines(std::exchange(lines, {}));
    }
    named.finish(lines);
    write_lines(lines);
}

// Who takes over looks again at what was not passed on, and may say it again: the first time
// counts.
void watch(OutputReader& from) {
    log::LineWatch line(pattern);
    bool is_found = false;
    while (from.more_may_come()) {
        const std::string text = log::peek(from.source());
        if (text.empty()) break;
        if (!is_found && line.take(text)) {
            is_found = true;
            (void)!::write(ready, "\n", 1);
        }
        log::pass_on(from.source(), text.size());
    }
}

// "FD:PATTERN". The program does not get the descriptor.
void watch_for(std::string_view word) {
    const size_t colon = std::min(word.find(':'), word.size());
    const auto parsed = std::from_chars(word.data(), word.data() + colon, ready);
    if (parsed.ec != std::errc() || colon == word.size() || ready <= STDERR_FILENO ||
        ::fcntl(ready, F_SETFD, FD_CLOEXEC) < 0)
        throw Usage{"holdfast-label: --ready is for the engine"};
    pattern = word.data() + colon + 1;
    const log::LineWatch is_one(pattern);
}

OutputReader names(put_names);
OutputReader watcher(watch);

}  // namespace

int run(const Args& args) {
    const bool watches = args.size() > 1 && std::string_view(args[0]) == "--ready";
    const Args words(args.begin() + (watches ? 2 : 0), args.end());
    if (words.size() < 2)
        throw Usage{"holdfast-label: usage: holdfast-label [--ready fd:pattern] name child"};
    if (std::strlen(words[0]) > NAME_MAX) throw Usage{"holdfast-label: the name is too long"};
    name = words[0];
    if (watches) watch_for(args[1]);
    try {
        (watches ? watcher : names).connect(!watches, ready);
    } catch (const sys::Error& error) {
        if (watches) throw;  // it would never be ready
        warn(std::string(name) + ": its lines are not prefixed: " + error.text(), error.code());
    }
    try {
        sys::exec({words.begin() + 1, words.end()});
    } catch (const sys::Error& error) {
        // As a shell ends, and as svscan --main does.
        std::string reason(text::error_text(error.code()));
        throw Exit{"holdfast-label: fatal: " + error.text() + ": " + reason,
                   error.code() == ENOENT ? 127 : 126};
    }
}

}  // namespace hf::program
