// SPDX-License-Identifier: MIT
#include "check/engine_link.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <utility>

#include "format/checks.h"
#include "sys/fd.h"

namespace hf::check {

namespace {

// So many checks begin before the others are looked at again.
constexpr size_t largest_read = 4096;

// Who does not read the answers is not listened to.
constexpr size_t most_unsaid = 1024 * 1024;

}  // namespace

EngineLink::EngineLink(int input, int output, sys::Poller& poller, std::uint64_t input_tag,
                       std::uint64_t output_tag)
    : input_(input),
      output_(output),
      poller_(poller),
      input_tag_(input_tag),
      output_tag_(output_tag) {
    listen();
}

EngineLink::Lines EngineLink::read() {
    std::array<char, largest_read> buffer;
    Lines lines;
    if (!is_listening_) return lines;
    const ssize_t got = sys::retry([&] { return ::read(input_, buffer.data(), buffer.size()); });
    if (got > 0)
        cut(std::string_view(buffer.data(), static_cast<size_t>(got)), lines);
    else
        is_over_ = is_over_ || got == 0 || errno != EAGAIN;
    return lines;
}

void EngineLink::cut(std::string_view bytes, Lines& into) {
    while (!bytes.empty()) {
        const size_t newline = bytes.find('\n');
        line_ += bytes.substr(0, newline);
        if (line_.size() > format::longest_check_line) {
            is_too_long_ = true;
            line_.clear();
        }
        if (newline == bytes.npos) return;
        bytes.remove_prefix(newline + 1);
        std::string line = std::exchange(line_, {});
        if (std::exchange(is_too_long_, false))
            into.has_longer = true;
        else
            into.whole.push_back(std::move(line));
    }
}

void EngineLink::say(std::string_view lines) {
    unsaid_ += lines;
    if (!is_writing_) poller_.add(output_, output_tag_, sys::Poller::Until::writable);
    is_writing_ = true;
    listen();
}

// A pipe that can be written has room for PIPE_BUF bytes, and a socket for more.
void EngineLink::write() {
    const size_t count = std::min<size_t>(unsaid_.size(), PIPE_BUF);
    const ssize_t written = sys::retry([&] { return ::write(output_, unsaid_.data(), count); });
    if (written > 0)
        unsaid_.erase(0, static_cast<size_t>(written));
    else if (written < 0 && errno != EAGAIN)
        is_over_ = true;
    if (!unsaid_.empty()) return;
    if (std::exchange(is_writing_, false)) poller_.remove(output_);
    listen();
}

// While there is not too much to say.
void EngineLink::listen() {
    const bool listens = unsaid_.size() < (is_listening_ ? most_unsaid : 1);
    if (listens == is_listening_) return;
    is_listening_ = listens;
    listens ? poller_.add(input_, input_tag_) : poller_.remove(input_);
}

}  // namespace hf::check
