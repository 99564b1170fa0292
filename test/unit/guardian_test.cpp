// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "guardian/handover.h"
#include "guardian/kept.h"
#include "guardian/lifecycle.h"

using namespace hf;
using namespace hf::guardian;

namespace {

Program next(bool on_disk, bool last_good, Program tried, bool got_ready) {
    return next_program({on_disk, last_good, tried, got_ready});
}

// An end of a socket that its owner reads, and what came there.
struct Ends {
    int ours = -1;
    int theirs = -1;
    Ends() {
        std::array<int, 2> pair{};
        ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data());
        ours = pair[0];
        theirs = pair[1];
    }
    ~Ends() {
        ::close(ours);
        ::close(theirs);
    }
};

struct Packet {
    std::string name;
    bool has_descriptor = false;
    bool operator==(const Packet&) const = default;
};

std::vector<Packet> packets(int socket) {
    std::vector<Packet> result;
    for (;;) {
        std::array<char, guard::longest_packet> bytes{};
        alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
        iovec part{bytes.data(), bytes.size()};
        msghdr packet{};
        packet.msg_iov = &part;
        packet.msg_iovlen = 1;
        packet.msg_control = control.data();
        packet.msg_controllen = control.size();
        ssize_t size = ::recvmsg(socket, &packet, MSG_DONTWAIT);
        if (size < 0) return result;
        constexpr size_t head = sizeof(guard::Message);
        const cmsghdr* header = CMSG_FIRSTHDR(&packet);
        result.push_back({std::string(bytes.data() + head, static_cast<size_t>(size) - head),
                          header != nullptr});
        if (header == nullptr) continue;
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
        ::close(fd);
    }
}

int some_descriptor() {
    return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

bool is_open(int fd) {
    return ::fcntl(fd, F_GETFD) >= 0;
}

}  // namespace

TEST(NextProgram, OnDiskWhereNothingElseIsKnownToRun) {
    for (bool on_disk : {false, true})
        for (Program tried : {Program::on_disk, Program::last_good})
            for (bool ready : {false, true})
                EXPECT_EQ(next(on_disk, false, tried, ready), Program::on_disk);
}

TEST(NextProgram, TheLastGoodOneWhereNothingIsOnDisk) {
    for (Program tried : {Program::on_disk, Program::last_good})
        for (bool ready : {false, true})
            EXPECT_EQ(next(false, true, tried, ready), Program::last_good);
}

TEST(NextProgram, WhatDoesNotGetReadyTakesTurnsWithTheLastGoodOne) {
    EXPECT_EQ(next(true, true, Program::on_disk, false), Program::last_good);
    EXPECT_EQ(next(true, true, Program::last_good, false), Program::on_disk);
}

TEST(NextProgram, AfterOneThatGotReadyTheOneOnDisk) {
    EXPECT_EQ(next(true, true, Program::on_disk, true), Program::on_disk);
    EXPECT_EQ(next(true, true, Program::last_good, true), Program::on_disk);
}

TEST(Pause, IsNoneAfterALongLife) {
    for (bool ready : {false, true})
        EXPECT_EQ(pause_after(milliseconds(1000), ready, milliseconds(5000)).now.count(), 0);
}

TEST(Pause, GrowsWhileNoEngineGetsReady) {
    std::vector<long> pauses;
    Pause pause;
    for (int i = 0; i < 11; ++i) {
        pause = pause_after(milliseconds(3), false, pause.next);
        pauses.push_back(pause.now.count());
    }
    EXPECT_EQ(pauses, (std::vector<long>{10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5000, 5000}));
}

TEST(Pause, IsNeverLongerThanHalfTheLifeOfOneThatGotReady) {
    for (int lived = 0; lived < 1000; ++lived) {
        Pause pause;
        for (int i = 0; i < 20; ++i) {
            pause = pause_after(milliseconds(lived), true, pause.next);
            ASSERT_LE(2 * pause.now.count(), lived);
        }
    }
}

TEST(Handover, IsReadBackAsItWasWritten) {
    Handover handover{3, 4, 5, 6, true, 99, {7, milliseconds(1500)}};
    std::string text = encode(handover).data();
    EXPECT_EQ(text,
              "HOLDFAST_HANDOVER=lock=3,memory=4,program=5,kept=6,halting=1,exit_code=99,"
              "notify=7,notify_ms=1500");
    EXPECT_EQ(decode_handover(text.substr(text.find('=') + 1)), handover);
}

TEST(Handover, OfAnotherVersionIsReadAsFarAsItIsKnown) {
    Handover expected;
    expected.memory = 4;
    expected.lock = 9;
    EXPECT_EQ(decode_handover("memory=4,cgroup=12,,=,x,lock=9,halting=maybe"), expected);
    EXPECT_EQ(decode_handover(""), Handover{});
}

TEST(Handover, ByPositionIsTakenFromAGuardianBeforeThereWereNames) {
    ::setenv("HOLDFAST_LEGACY", "5,6,-1,1,3,8,2000", 1);
    EXPECT_EQ(take_handover(), (Handover{5, 6, -1, -1, true, 3, {8, milliseconds(2000)}}));
    EXPECT_EQ(std::getenv("HOLDFAST_LEGACY"), nullptr);
    ::setenv("HOLDFAST_LEGACY", "5,6,7,0", 1);
    EXPECT_EQ(take_handover(), (Handover{5, 6, 7, -1, false, 0, {}}));
}

TEST(Kept, IsSentToEachEngineByItsName) {
    Kept kept(-1);
    EXPECT_TRUE(kept.keep("web/http", some_descriptor()));
    EXPECT_TRUE(kept.keep("web/https", some_descriptor()));
    EXPECT_TRUE(kept.keep("notify", some_descriptor()));
    kept.drop("web/https");
    kept.drop("never there");
    for (int engine = 0; engine < 2; ++engine) {
        Ends ends;
        std::size_t next = 0;
        EXPECT_TRUE(kept.send(ends.ours, next));
        EXPECT_EQ(packets(ends.theirs),
                  (std::vector<Packet>{{"web/http", true}, {"notify", true}, {"", false}}));
    }
}

TEST(Kept, ClosesWhatIsDroppedOrReplaced) {
    Kept kept(-1);
    int first = some_descriptor();
    int second = some_descriptor();
    kept.keep("a", first);
    kept.keep("a", second);
    EXPECT_FALSE(is_open(first));
    EXPECT_TRUE(is_open(second));
    kept.drop("a");
    EXPECT_FALSE(is_open(second));
    Ends ends;
    std::size_t next = 0;
    EXPECT_TRUE(kept.send(ends.ours, next));
    EXPECT_EQ(packets(ends.theirs), (std::vector<Packet>{{"", false}}));
}

TEST(Kept, GoesOnWhereTheSocketWasFull) {
    Kept kept(-1);
    for (int i = 0; i < 600; ++i) ASSERT_TRUE(kept.keep(std::to_string(i), some_descriptor()));
    Ends ends;
    std::vector<Packet> all;
    std::size_t next = 0;
    int rounds = 0;
    while (!kept.send(ends.ours, next)) {
        ASSERT_LT(++rounds, 600);
        for (const Packet& each : packets(ends.theirs)) all.push_back(each);
    }
    for (const Packet& each : packets(ends.theirs)) all.push_back(each);
    EXPECT_GT(rounds, 0);
    ASSERT_EQ(all.size(), 601u);
    for (int i = 0; i < 600; ++i) EXPECT_EQ(all[static_cast<size_t>(i)].name, std::to_string(i));
    for (int i = 0; i < 600; ++i) kept.drop(std::to_string(i));
}

TEST(Kept, IsHandedOverAsATable) {
    Kept before(-1);
    before.keep("socket", some_descriptor());
    Kept after(before.memory());
    Ends ends;
    std::size_t next = 0;
    EXPECT_TRUE(after.send(ends.ours, next));
    EXPECT_EQ(packets(ends.theirs), (std::vector<Packet>{{"socket", true}, {"", false}}));
}

TEST(Kept, RefusesWhatIsNoName) {
    Kept kept(-1);
    int fd = some_descriptor();
    EXPECT_FALSE(kept.keep("", fd));
    EXPECT_FALSE(kept.keep(std::string(guard::longest_name + 1, 'x'), fd));
    EXPECT_TRUE(is_open(fd));
    EXPECT_TRUE(kept.keep(std::string(guard::longest_name, 'x'), fd));
}
