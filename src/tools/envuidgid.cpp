// SPDX-License-Identifier: MIT
// envuidgid account child: tells a program the numbers of an account in UID and GID, for servers
// that need root to start and drop it by themselves.
#include <unistd.h>

#include "program/tool.h"
#include "sys/account.h"
#include "sys/exec.h"
#include "text/environment.h"

int hf::program::run(const Args& args) {
    if (args.size() < 2) throw Usage{"envuidgid: usage: envuidgid account child"};
    auto account = sys::find_account(args[0]);
    if (!account) throw Fatal{std::string("unknown account ") + args[0]};

    text::Environment environment(environ);
    environment.set("GID", std::to_string(account->group));
    environment.set("UID", std::to_string(account->user));
    sys::exec(Args(args.begin() + 1, args.end()), environment.block().data());
}
