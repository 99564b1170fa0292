// SPDX-License-Identifier: MIT
#include "format/checks.h"

#include <gtest/gtest.h>

using namespace hf::format;
using namespace std::chrono_literals;

namespace {

const Check plain{7, 5s, CheckKind::tcp, "127.0.0.1:5432"};
const Check full{
    UINT64_MAX,       1ms, CheckKind::http, "http://[::1]/a%b", {{200, 399}, {503, 503}},
    "a b\\\n\x7f\xff"};

std::optional<CheckRequest> request(std::string_view line) {
    return decode_check_request(line);
}

std::string without_newline(std::string line) {
    line.pop_back();
    return line;
}

}  // namespace

TEST(Checks, WhatIsAskedIsRead) {
    const std::vector<std::pair<CheckRequest, std::string>> lines{
        {plain, "check 7 5000 tcp 127.0.0.1:5432"},
        {full,
         "check 18446744073709551615 1 http http://[::1]/a%b status=200-399 status=503-503 "
         "body=a\\x20b\\x5c\\x0a\\x7f\xff"},
        {Check{1, 1s, CheckKind::unix_socket, "/run/a b"}, "check 1 1000 unix /run/a\\x20b"},
        {Check{1, 1s, CheckKind::unix_socket, ""}, "check 1 1000 unix \\-"},
        {CancelCheck{9}, "cancel 9"},
    };
    for (const auto& [value, line] : lines) {
        EXPECT_EQ(encode(value), line + "\n");
        EXPECT_EQ(request(line), value) << line;
    }
}

TEST(Checks, WhatNobodyCanHaveAskedIsNone) {
    for (const char* line : {
             "",
             "check",
             "cancel",
             "cancel 0",
             "cancel 09",
             "cancel -1",
             "cancel 1 ",
             "cancel x",
             "cancel 18446744073709551616",
             "stop 1",
             "check 0 1 tcp a",
             "check 1 0 tcp a",
             "check 1 -1 tcp a",
             "check 1 1 udp a",
             "check 1 1 tcp",
             "check 1 1 tcp ",
             "check 1 1 tcp a ",
             "check 1 1 tcp a b",
             "check  1 1 tcp a",
             "check 1 1 tcp a\\x2",
             "check 1 1 tcp \\x41",
             "check 1 1 tcp \\x0A",
             "check 1 1 tcp a\\-",
             "check 1 1 tcp a\\",
             "check 1 1 tcp a status=200-299",
             "check 1 1 http a status=200",
             "check 1 1 http a status=99-200",
             "check 1 1 http a status=300-299",
             "check 1 1 http a status=200-600",
             "check 1 1 http a body=",
             "check 1 1 http a body=\\-",
             "check 1 1 http a body=x body=y",
             "check 1 1 http a body=x status=200-299",
             "check 1 315360000001 tcp a",
         })
        EXPECT_FALSE(request(line)) << line;
}

TEST(Checks, ALineHasALength) {
    Check check = plain;
    check.target.assign(longest_check_line - std::string("check 7 5000 tcp ").size(), 'a');
    EXPECT_EQ(request(without_newline(encode(check))), CheckRequest(check));
    check.target += 'a';
    EXPECT_FALSE(request(without_newline(encode(check))));
}

TEST(Checks, WhatIsAnsweredIsRead) {
    const std::vector<std::pair<CheckAnswer, std::string>> lines{
        {{7, CheckVerdict::ok, 3ms, 0ms}, "7 ok 3 0"},
        {{7, CheckVerdict::slow, 7s, 1ms, "answered after 7 s"},
         "7 slow 7000 1 answered after 7 s"},
        {{7, CheckVerdict::failed, 0ms, 0ms, "connection refused"},
         "7 failed 0 0 connection refused"},
        {{7, CheckVerdict::unknown, 0ms, 0ms, "\xc3\xa4"}, "7 unknown 0 0 \xc3\xa4"},
        {{0, CheckVerdict::refused, 0ms, 0ms, "x"}, "0 refused 0 0 x"},
    };
    for (const auto& [value, line] : lines) {
        EXPECT_EQ(encode(value), line + "\n");
        EXPECT_EQ(decode_check_answer(line), value) << line;
    }
}

TEST(Checks, WhatNobodyCanHaveAnsweredIsNone) {
    for (const char* line : {"", "7", "7 ok", "7 ok 1", "7 ok 1 ", "7 ok 1 1 ", "7 good 1 1",
                             "-7 ok 1 1", "7 ok -1 1", "7 ok -0 1", "7 ok 01 1", "7 ok 1 x",
                             "7 failed 1 1 \x1b[2J", "7 failed 1 1 a\tb", "7 failed 1 1 a\x7f"})
        EXPECT_FALSE(decode_check_answer(line)) << line;
    const std::string text(longest_check_text, 'a');
    EXPECT_TRUE(decode_check_answer("7 failed 1 1 " + text));
    EXPECT_FALSE(decode_check_answer("7 failed 1 1 " + text + "a"));
}
