// SPDX-License-Identifier: MIT
// softlimit [ options ] child: runs a program with lower limits on what it may use.
#include <sys/resource.h>

#include <cstring>

#include "program/options.h"
#include "sys/exec.h"
#include "sys/limits.h"
#include "text/decimal.h"

namespace hf::program {

namespace {

constexpr std::string_view usage_line =
    "softlimit: usage: softlimit [-a allbytes] [-c corebytes] [-d databytes] [-f filebytes] "
    "[-l lockbytes] [-m membytes] [-o openfiles] [-p processes] [-r residentbytes] "
    "[-s stackbytes] [-t cpusecs] child";

std::vector<int> resources(char letter) {
    switch (letter) {
        case 'a': return {RLIMIT_AS};
        case 'c': return {RLIMIT_CORE};
        case 'd': return {RLIMIT_DATA};
        case 'f': return {RLIMIT_FSIZE};
        case 'l': return {RLIMIT_MEMLOCK};
        case 'm': return {RLIMIT_DATA, RLIMIT_STACK, RLIMIT_MEMLOCK, RLIMIT_AS};
        case 'o': return {RLIMIT_NOFILE};
        case 'p': return {RLIMIT_NPROC};
        case 'r': return {RLIMIT_RSS};
        case 's': return {RLIMIT_STACK};
        case 't': return {RLIMIT_CPU};
        default: return {};
    }
}

// "=" stands for the hard limit, which is where every larger value ends as well.
std::uint64_t limit(const char* text) {
    if (std::strcmp(text, "=") == 0) return sys::no_limit;
    auto value = text::decimal(text);
    if (!value) throw Usage{std::string(usage_line)};
    return *value;
}

}  // namespace

int run(const Args& args) {
    Options options(args, "a:c:d:f:l:m:o:p:r:s:t:", std::string(usage_line));
    while (auto option = options.next()) {
        std::uint64_t value = limit(option->argument);
        for (int resource : resources(option->letter)) sys::set_soft_limit(resource, value);
    }
    if (options.operands().empty()) throw Usage{std::string(usage_line)};
    sys::exec(options.operands());
}

}  // namespace hf::program
