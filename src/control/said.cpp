// SPDX-License-Identifier: MIT
#include "control/said.h"

#include <fcntl.h>

#include "format/said.h"
#include "sys/fd.h"
#include "sys/safe_open.h"
#include "text/visible.h"

namespace hf::control {

namespace {

std::string line_in(const sys::Fd& supervise, const char* file) {
    constexpr size_t enough = 400;
    const auto text = supervise ? sys::read_entry(supervise, file, enough) : std::nullopt;
    return text ? text->substr(0, text->find('\n')) : "";
}

}  // namespace

Said said_in(const std::string& path) {
    const sys::Fd directory = sys::open(path.c_str(), O_PATH | O_DIRECTORY);
    const sys::Fd supervise = directory ? sys::open_directory(directory, "supervise") : sys::Fd();
    Said said{text::visible(line_in(supervise, format::said_file)),
              line_in(supervise, format::phase_file)};
    if (said.phase != format::phase_reloading && said.phase != format::phase_stopping)
        said.phase.clear();
    return said;
}

std::string words_of(const Said& said) {
    if (said.phase.empty()) return said.text.empty() ? "" : "it says: " + said.text;
    return "it says that it is " + said.phase + (said.text.empty() ? "" : ": ") + said.text;
}

}  // namespace hf::control
