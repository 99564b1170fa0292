// SPDX-License-Identifier: MIT
// multilog script: reads lines and appends them to automatically rotated log directories.
#include "log/multilog.h"
#include "log/script.h"
#include "program/tool.h"
#include "sys/fd.h"

int hf::program::run(const Args& args) {
    const std::vector<std::string_view> words(args.begin(), args.end());
    if (words.size() == 1 && words[0] == "--help") {
        return sys::write_all(STDOUT_FILENO, log::script_help()) ? 0 : 111;
    }
    log::Multilog logger(log::parse_script(words));
    return logger.run() ? 0 : 111;
}
