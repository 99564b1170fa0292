// SPDX-License-Identifier: MIT
#include "format/sentence.h"

namespace hf::format {

std::string sentence(const ClassicStatus& status, std::chrono::seconds age, bool normally_down,
                     bool ready) {
    bool up = status.pid != 0;
    std::string text = up ? "up (pid " + std::to_string(status.pid) + ") " : "down ";
    text.append(std::to_string(age.count())).append(" seconds");
    if (up && normally_down) text.append(", normally down");
    if (!up && !normally_down) text.append(", normally up");
    if (up && status.paused) text.append(", paused");
    if (up && !ready) text.append(", not ready");
    if (!up && status.want == 'u') text.append(", want up");
    if (up && status.want == 'd') text.append(", want down");
    return text;
}

}  // namespace hf::format
