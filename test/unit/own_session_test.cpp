// SPDX-License-Identifier: MIT
// Run scripts that make a session of their own.
#include <gtest/gtest.h>

#include "engine/own_session.h"

using hf::engine::makes_own_session;

namespace {

TEST(OwnSession, OfAScriptThatExecutesSetsid) {
    for (const char* script : {"#!/bin/sh\nexec setsid agetty tty1 38400\n",
                               "#!/bin/sh\nexec 2>&1\nexec /usr/bin/setsid x",
                               "#!/bin/sh\n[ -x /bin/x ] && exec setsid -c x\n",
                               "#!/bin/sh\nexec setuidgid a \\\n  setsid x\n",
                               "#!/bin/sh\n  exec chpst -u a setsid x \"$@\" # comment\n"})
        EXPECT_TRUE(makes_own_session(script)) << script;
}

TEST(OwnSession, OfNoOther) {
    for (const char* script :
         {"", "exec setsid x\n", "#!/bin/sh\nexec x\n", "#!/bin/sh\nsetsid helper &\nexec x\n",
          "#!/bin/sh\n# exec setsid x\nexec x\n", "#!/bin/sh\nexec x # no setsid\n",
          "#!/bin/sh\nexec 3>&1; setsid helper &\nexec x\n", "#!/bin/sh\nexec my-setsid x\n",
          "\177ELF exec setsid x"})
        EXPECT_FALSE(makes_own_session(script)) << script;
}

}  // namespace
