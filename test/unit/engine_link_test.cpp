// SPDX-License-Identifier: MIT
#include "guardian/engine_link.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

using namespace hf;
using namespace hf::guardian;
using guard::Message;

namespace {

// The guardian's end of a socket, and what an engine at the other end reads and says.
class Linked {
  public:
    Linked() {
        std::array<int, 2> ends{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
        engine_ = ends[1];
        link.open(ends[0]);
        link.send();
        read();  // that nothing is kept, and whether it lives
        say({Message::alive, 0, 0, 0});
    }
    ~Linked() {
        link.close();
        ::close(engine_);
    }
    Linked(const Linked&) = delete;
    Linked& operator=(const Linked&) = delete;

    std::vector<std::int32_t> read() {
        std::vector<std::int32_t> kinds;
        Message message;
        while (::recv(engine_, &message, sizeof message, MSG_DONTWAIT) > 0)
            kinds.push_back(message.kind);
        return kinds;
    }

    void say(const Message& message) {
        EXPECT_EQ(::send(engine_, &message, sizeof message, 0), ssize_t{sizeof message});
        while (link.receive()) {
        }
    }

    Kept kept{-1};
    EngineLink link{kept};

  private:
    int engine_;
};

using Kinds = std::vector<std::int32_t>;

}  // namespace

TEST(EngineLink, TellsAnOrderOnce) {
    Linked linked;
    linked.link.look();
    linked.link.send();
    EXPECT_EQ(linked.read(), Kinds({Message::look, Message::ask}));
    linked.link.send();
    linked.say({Message::alive, 0, 0, 0});
    linked.link.send();
    EXPECT_EQ(linked.read(), Kinds());
    linked.link.look();
    linked.link.send();
    EXPECT_EQ(linked.read(), Kinds({Message::look, Message::ask}));
}

TEST(EngineLink, TellsADeathAtATimeAndEachOnce) {
    Linked linked;
    const Message death{Message::death, 4711, 0, 0};
    EXPECT_TRUE(linked.link.tell_death(death));
    EXPECT_FALSE(linked.link.tell_death(death));
    EXPECT_FALSE(linked.link.tell_death({Message::death, 4712, 0, 0}));
    EXPECT_EQ(linked.read(), Kinds({Message::death}));
    linked.say({Message::reaped, 4712, 0, 0});
    EXPECT_FALSE(linked.link.is_free());
    linked.say({Message::reaped, 4711, 0, 0});
    EXPECT_TRUE(linked.link.tell_death({Message::death, 4712, 0, 0}));
    EXPECT_EQ(linked.read(), Kinds({Message::death}));
}

TEST(EngineLink, TellsNothingOfDeathsBeforeWhatIsKept) {
    Kept kept(-1);
    EngineLink link(kept);
    EXPECT_FALSE(link.tell_death({Message::death, 4711, 0, 0}));
}
