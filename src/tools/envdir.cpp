// SPDX-License-Identifier: MIT
// envdir dir child: runs a program with an environment changed by the files in a directory.
#include <fcntl.h>
#include <unistd.h>

#include "program/tool.h"
#include "sys/directory.h"
#include "sys/error.h"
#include "sys/exec.h"
#include "text/environment.h"

namespace hf::program {

namespace {

// O_NONBLOCK: a FIFO without a writer is empty rather than for ever silent.
std::string content(const sys::Fd& directory, const std::string& name, const std::string& path) {
    std::string bytes;
    sys::Fd file = sys::open_at(directory, name.c_str(), O_RDONLY | O_NONBLOCK);
    if (!file || !sys::read_all(file.get(), bytes)) sys::fail("unable to read " + path);
    return bytes;
}

void apply(const std::string& directory, text::Environment& environment) {
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

}  // namespace

int run(const Args& args) {
    if (args.size() < 2) throw Usage{"envdir: usage: envdir dir child", 111};
    text::Environment environment(environ);
    apply(args[0], environment);
    sys::exec(Args(args.begin() + 1, args.end()), environment.block().data());
}

}  // namespace hf::program
