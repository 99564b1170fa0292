// SPDX-License-Identifier: MIT
// setuidgid account child: runs a program as another account.
#include "sys/account.h"
#include "sys/exec.h"
#include "tools/tool.h"

int hf::run(const Args& args) {
    if (args.size() < 2) throw Usage{"setuidgid: usage: setuidgid account child"};
    auto account = sys::find_account(args[0]);
    if (!account) throw Fatal{std::string("unknown account ") + args[0]};
    sys::become(*account);
    sys::exec(Args(args.begin() + 1, args.end()));
}
