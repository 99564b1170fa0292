// SPDX-License-Identifier: MIT
// One service, told line by line what happens to it; tells what comes of it. It plays the engine's
// part as far as time and starts go: deadlines are met, and starts are answered.
#pragma once

#include <string>
#include <vector>

#include "core/service.h"

namespace hf::test {

class Script {
  public:
    // Does what `line` says, and returns the lines that tell what happened. The words are explained
    // in test/transcripts/README.md. Throws std::runtime_error for a line it does not understand.
    std::string run(const std::string& line);

  private:
    using Words = std::vector<std::string>;

    void pass_to(core::Time time);
    void meet_deadlines(core::Time until);
    void begin(const Words& words);
    void set_rules(const Words& words);
    void resume(const Words& words);
    void happen(const Words& words);
    void write_letters(const std::string& letters);
    void tell(const std::string& name, const core::Event& event);
    std::string act(const core::Effect& effect);
    void write_line(const std::string& what);
    core::Moment now() const;

    core::Rules rules_{};
    core::Service service_ = core::fresh(true, {});
    core::Time now_{};
    bool in_mid_write_ = false;  // more letters follow: nothing is over yet
    int next_pid_ = 101;
    int start_error_ = 0;  // 0: starts succeed
    std::string output_;
};

}  // namespace hf::test
