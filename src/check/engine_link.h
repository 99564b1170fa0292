// SPDX-License-Identifier: MIT
// The two ends of holdfast-checker that are the engine's: lines in, lines out, and none of them
// ever blocks. The descriptors stay as they are, since others may have them, too: they are read
// when there is something, and written, a little at a time, when there is room.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sys/poller.h"

namespace hf::check {

class EngineLink {
  public:
    // Both are told with these tags. Throws Error.
    EngineLink(int input, int output, sys::Poller& poller, std::uint64_t input_tag,
               std::uint64_t output_tag);

    struct Lines {
        std::vector<std::string> whole{};
        bool has_longer = false;  // than a line can be: it was left out
    };

    // Call it when the input was told. What has no end yet comes later.
    Lines read();

    void say(std::string_view lines);

    // Call it when the output was told.
    void write();

    // The engine has closed one of them: nobody will hear an answer.
    bool is_over() const { return is_over_; }

  private:
    void cut(std::string_view bytes, Lines& into);
    void listen();

    int input_;
    int output_;
    sys::Poller& poller_;
    std::uint64_t input_tag_;
    std::uint64_t output_tag_;
    std::string line_;          // that has not ended
    bool is_too_long_ = false;  // and is left out
    std::string unsaid_;
    bool is_writing_ = false;
    bool is_listening_ = false;
    bool is_over_ = false;
};

}  // namespace hf::check
