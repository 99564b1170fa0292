// SPDX-License-Identifier: MIT
// The checker with a clock of the test: the servers are real, and nobody waits for a time.
#include "check/checker.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "check/target.h"
#include "tcp_server.h"

using namespace hf::check;
using namespace hf;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

class CheckerTest : public testing::Test {
  protected:
    explicit CheckerTest(size_t most = 10)
        : checker(poller, 1, most, at(0s), [this](const format::CheckAnswer& answer) {
              std::string line = format::encode(answer);
              line.pop_back();
              said.push_back(line);
          }) {}

    static core::Time at(core::Duration time) { return core::Time(time); }

    // What has been said since it was asked last.
    Lines answers() { return std::exchange(said, {}); }

    void ask(const std::string& line, core::Duration now) { checker.take(line, at(now)); }
    void ask_web(int id, core::Duration now) {
        ask("check " + std::to_string(id) + " 1000 http http://" + server.address() + "/", now);
    }

    // What comes next to its descriptors.
    void proceed(core::Duration now) {
        for (const std::uint64_t tag : poller.wait(std::nullopt)) checker.proceed(tag, at(now));
    }
    void proceed_until_said(core::Duration now) {
        while (said.empty()) proceed(now);
    }
    // Its request is sent when the server has it all.
    void connect(core::Duration now) {
        proceed(now);
        server.accept();
    }

    test::TcpServer server;
    sys::Poller poller;
    Lines said;
    Checker checker;
};

class OneAtATime : public CheckerTest {
  protected:
    OneAtATime() : CheckerTest(1) {}
};

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

}  // namespace

TEST_F(CheckerTest, TheTimeOfAnAnswerDecides) {
    const std::vector<std::pair<core::Duration, std::string>> cases{
        {1s, "7 ok 1000 0"},
        {1001ms, "7 slow 1001 0 answered after 1 s"},
        {2999ms, "7 slow 2999 0 answered after 2.9 s"},
    };
    for (const auto& [time, line] : cases) {
        ask_web(7, 0s);
        connect(0s);
        server.say(ok);
        proceed_until_said(time);
        EXPECT_EQ(answers(), Lines{line});
        EXPECT_EQ(checker.next(), std::nullopt);
    }
}

TEST_F(CheckerTest, WhoIsSilentHasThreeTimesTheTimeout) {
    ask_web(7, 10s);
    EXPECT_EQ(checker.next(), at(13s));
    connect(10s);
    checker.pass(at(13s - 1ns));
    EXPECT_EQ(answers(), Lines{});
    checker.pass(at(13s));
    EXPECT_EQ(answers(), Lines{"7 failed 3000 0 no answer in 3 s"});
    EXPECT_EQ(checker.next(), std::nullopt);
    EXPECT_TRUE(server.is_left());
}

TEST_F(CheckerTest, HowLateTheLoopWasIsSaidToThoseItConcerns) {
    ask_web(7, 0s);
    connect(0s);
    checker.lateness().turn(at(0s), at(1s), at(1700ms), true);
    checker.pass(at(1700ms));
    ask("check 8 1000 tcp " + server.address(), 1800ms);
    proceed_until_said(1900ms);
    EXPECT_EQ(answers(), Lines{"8 ok 100 0"});
    server.say(ok);
    proceed_until_said(2s);
    EXPECT_EQ(answers(), Lines{"7 slow 2000 700 answered after 2 s"});
}

TEST_F(CheckerTest, AnAnswerIsReadOnUntilItsTimeout) {
    ask_web(7, 0s);
    connect(0s);
    server.say("HTTP/1.1 200 OK\r\n\r\n");
    proceed_until_said(500ms);
    EXPECT_EQ(answers(), Lines{"7 ok 500 0"});
    EXPECT_EQ(checker.next(), at(1s));
    ask("check 7 1000 tcp 127.0.0.1:0", 600ms);
    EXPECT_EQ(answers(), Lines{"7 unknown 0 0 this is no address that can be tried"});
    checker.pass(at(1s));
    EXPECT_EQ(checker.next(), std::nullopt);
    EXPECT_TRUE(server.is_left());
    EXPECT_EQ(answers(), Lines{});
}

TEST_F(CheckerTest, ANumberIsInUseUntilItIsAnsweredOrCancelled) {
    ask_web(7, 0s);
    ask_web(7, 0s);
    EXPECT_EQ(answers(), Lines{"7 refused 0 0 this number is in use"});
    ask("cancel 7", 0s);
    EXPECT_EQ(checker.next(), std::nullopt);
    ask("cancel 7", 0s);
    ask("cancel 8", 0s);
    ask_web(7, 0s);
    EXPECT_EQ(answers(), Lines{});
    EXPECT_EQ(checker.next(), at(3s));
}

TEST_F(CheckerTest, ASocketThatHasNoPlaceIsTriedAgain) {
    const std::string name = "@holdfast-checker-test-" + std::to_string(::getpid());
    const auto endpoint = unix_endpoint(name);
    ASSERT_TRUE(endpoint);
    const sys::Fd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&endpoint->address),
                     endpoint->size),
              0);
    ASSERT_EQ(::listen(listener.get(), 0), 0);
    ask("check 1 1000 unix " + name, 0s);
    EXPECT_EQ(answers(), Lines{"1 ok 0 0"});  // and waits to be accepted
    ask("check 2 1000 unix " + name, 0s);
    EXPECT_EQ(checker.next(), at(20ms));
    checker.pass(at(2s));
    EXPECT_EQ(checker.next(), at(2020ms));
    const sys::Fd first(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    checker.pass(at(2020ms));
    EXPECT_EQ(answers(), Lines{"2 slow 2020 0 answered after 2 s"});
    ask("check 3 1000 unix " + name, 3s);
    checker.pass(at(5990ms));
    EXPECT_EQ(checker.next(), at(6s));
    checker.pass(at(6s));
    EXPECT_EQ(answers(), Lines{"3 failed 3000 0 no connection in 3 s"});
}

TEST_F(OneAtATime, TheOthersWaitForTheirTurn) {
    ask_web(1, 0s);
    connect(0s);
    ask_web(2, 0s);
    ask_web(3, 0s);
    ask_web(4, 0s);
    ask("cancel 3", 0s);
    EXPECT_EQ(checker.next(), at(3s));
    checker.pass(at(3s));
    EXPECT_EQ(answers(), Lines{"1 failed 3000 0 no answer in 3 s"});
    EXPECT_EQ(checker.next(), at(6s));
    connect(3s);
    server.say(ok);
    proceed_until_said(3100ms);
    EXPECT_EQ(answers(), Lines{"2 ok 100 3000"});
    EXPECT_EQ(checker.next(), at(6100ms));
    ask("cancel 4", 4s);
    EXPECT_EQ(checker.next(), std::nullopt);
}

TEST_F(OneAtATime, NobodyWaitsForWhatIsAnswered) {
    ask_web(1, 0s);
    connect(0s);
    server.say("HTTP/1.1 200 OK\r\n\r\n");
    proceed_until_said(0s);
    EXPECT_EQ(answers(), Lines{"1 ok 0 0"});
    EXPECT_EQ(checker.next(), at(1s));
    ask("check 2 1000 tcp " + server.address(), 0s);
    EXPECT_EQ(checker.next(), at(3s));
    EXPECT_TRUE(server.is_left());
    proceed_until_said(0s);
    EXPECT_EQ(answers(), Lines{"2 ok 0 0"});
}
