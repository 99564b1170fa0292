// SPDX-License-Identifier: MIT
#include "log/retry.h"

#include "text/error_text.h"

namespace hf::log {

void warn(std::string_view text) {
    std::string line("multilog: warning: ");
    line.append(text).push_back('\n');
    sys::write_all(STDERR_FILENO, line);
}

void warn_pausing(const std::string& text, int code) {
    warn(text + ", pausing: " + std::string(text::error_text(code)));
}

bool Retry::pause(const std::string& text) {
    const int code = errno;
    signals_.collect();
    if (signals_.stop_asked()) return false;
    warn_pausing(text, code);
    return !signals_.wait_for_stop(pause_time);
}

}  // namespace hf::log
