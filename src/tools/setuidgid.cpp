// SPDX-License-Identifier: MIT
// setuidgid [-s] account child: runs a program as another account.
#include <string_view>

#include "program/tool.h"
#include "sys/account.h"
#include "sys/exec.h"

int hf::program::run(const Args& args) {
    bool all_groups = !args.empty() && std::string_view(args[0]) == "-s";
    Args rest(args.begin() + (all_groups ? 1 : 0), args.end());
    if (rest.size() < 2) throw Usage{"setuidgid: usage: setuidgid account child"};
    auto account = sys::find_account(rest[0]);
    if (!account) throw Fatal{std::string("unknown account ") + rest[0]};
    if (all_groups)
        sys::become(*account, sys::groups_of(rest[0]));
    else
        sys::become(*account);
    sys::exec(Args(rest.begin() + 1, rest.end()));
}
