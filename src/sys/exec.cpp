// SPDX-License-Identifier: MIT
#include "sys/exec.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sys/error.h"

namespace hf::sys {

namespace {

bool search_goes_on(int code) {
    return code == ENOENT || code == EACCES || code == EPERM || code == EISDIR;
}

}  // namespace

void exec(const std::vector<char*>& argv, char* const* environment) {
    std::vector<char*> arguments(argv);
    arguments.push_back(nullptr);
    const std::string name(argv.at(0));
    if (environment == nullptr) environment = environ;
    const std::string trouble = "unable to run " + name;

    if (name.find('/') != std::string::npos) {
        ::execve(name.c_str(), arguments.data(), environment);
        fail(trouble);
    }

    const char* path = std::getenv("PATH");
    std::string_view rest = path != nullptr ? path : "/bin:/usr/bin";
    int worst = ENOENT;
    for (;;) {
        size_t end = rest.find(':');
        std::string element(rest.substr(0, end));
        if (element.empty()) element = ".";
        ::execve((element + "/" + name).c_str(), arguments.data(), environment);
        if (errno != ENOENT) worst = errno;
        if (!search_goes_on(errno) || end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
    }
    throw Error(trouble, worst);
}

}  // namespace hf::sys
