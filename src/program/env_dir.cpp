// SPDX-License-Identifier: MIT
#include "program/env_dir.h"

#include <fcntl.h>

#include "program/tool.h"
#include "sys/directory.h"
#include "sys/error.h"
#include "sys/fd.h"

namespace hf::program {

namespace {

// O_NONBLOCK: a FIFO without a writer is empty rather than for ever silent.
std::string content(const sys::Fd& directory, const std::string& name, const std::string& path) {
    std::string bytes;
    sys::Fd file = sys::open_at(directory, name.c_str(), O_RDONLY | O_NONBLOCK);
    if (!file || !sys::read_all(file.get(), bytes)) sys::fail("unable to read " + path);
    return bytes;
}

}  // namespace

void apply_env_dir(const std::string& directory, text::Environment& environment) {
    // It need not be entered, so that the current directory need not be readable to come back.
    sys::Fd fd = sys::open_searchable(AT_FDCWD, directory.c_str());
    if (!fd) sys::fail("unable to switch to directory " + directory);
    auto names = sys::names_in(fd);
    if (!names) sys::fail("unable to read directory " + directory);
    for (const std::string& name : *names) {
        if (name.starts_with('.')) continue;
        const std::string path = directory + "/" + name;
        auto value = text::variable_value(content(fd, name, path));
        if (name.contains('=')) {
            // Set, it would be a variable of another name.
            warn("ignoring " + path + ": the name of a variable cannot contain =");
        } else if (value) {
            environment.set(name, *value);
        } else {
            environment.remove(name);
        }
    }
}

}  // namespace hf::program
