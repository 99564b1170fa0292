// SPDX-License-Identifier: MIT
#include "check/http_check.h"

#include <gtest/gtest.h>

using namespace hf::check;
using namespace hf;

namespace {

struct Wanted {
    std::vector<format::StatusRange> statuses{};
    std::string body{};
};

format::Check check_for(const Wanted& wanted) {
    return {1,
            std::chrono::seconds(5),
            format::CheckKind::http,
            "http://127.0.0.1/",
            wanted.statuses,
            wanted.body};
}

constexpr size_t whole = SIZE_MAX;

// What is said of an answer that comes in pieces of so many bytes, and then ends. "": nothing bad.
std::string said(const std::string& answer, const Wanted& wanted = {}, size_t piece = whole) {
    HttpCheck check(check_for(wanted));
    std::vector<Outcome> outcomes;
    auto add = [&](std::optional<Outcome> outcome) {
        if (outcome) outcomes.push_back(*outcome);
    };
    for (size_t at = 0; at < answer.size(); at += std::min(piece, answer.size() - at))
        add(check.take(std::string_view(answer).substr(at, piece)));
    add(check.close());
    EXPECT_EQ(outcomes.size(), 1U) << answer;
    return outcomes.empty() ? "nothing" : outcomes[0].text;
}

// The same, in every way to cut it.
std::string said_of(const std::string& answer, const Wanted& wanted = {}) {
    const std::string text = said(answer, wanted);
    for (size_t piece = 1; piece < answer.size(); ++piece)
        EXPECT_EQ(said(answer, wanted, piece), text) << piece;
    return text;
}

// Whether it is known while the connection is still open.
bool is_known(const std::string& answer, const Wanted& wanted = {}) {
    return HttpCheck(check_for(wanted)).take(answer).has_value();
}

std::string chunked(const std::string& chunks) {
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks;
}

const Wanted pong{{}, "pong"};

}  // namespace

TEST(HttpCheck, AUrlIsAHostAndAPath) {
    using Target = std::optional<HttpTarget>;
    EXPECT_EQ(http_target("http://127.0.0.1:8080/health"), Target({"127.0.0.1:8080", "/health"}));
    EXPECT_EQ(http_target("http://localhost"), Target({"localhost", "/"}));
    EXPECT_EQ(http_target("http://[::1]:80/a?b=c%20d#top"), Target({"[::1]:80", "/a?b=c%20d"}));
    EXPECT_EQ(http_target("http://localhost/my web\r\n\xc3\xa4\x7f"),
              Target({"localhost", "/my%20web%0D%0A%C3%A4%7F"}));
    EXPECT_EQ(http_target("https://localhost/"), std::nullopt);
    EXPECT_EQ(request_of({"h:1", "/p"}),
              "GET /p HTTP/1.1\r\nHost: h:1\r\nUser-Agent: holdfast\r\nAccept: */*\r\n"
              "Connection: close\r\n\r\n");
}

TEST(HttpCheck, TheStatusDecides) {
    EXPECT_EQ(said_of("HTTP/1.1 200 OK\r\n\r\n"), "");
    EXPECT_EQ(said_of("HTTP/1.0 200 OK\n\n"), "");
    EXPECT_EQ(said_of("HTTP/1.1 204\r\n\r\n"), "");
    EXPECT_EQ(said_of("HTTP/1.1 399 \r\nLocation: /\r\n\r\n"), "");
    EXPECT_EQ(said_of("HTTP/1.1 400 Bad Request\r\n\r\n"), "answered 400 Bad Request");
    EXPECT_EQ(said_of("HTTP/1.1 503\r\n\r\nsorry"), "answered 503");
    EXPECT_EQ(said_of("HTTP/1.1 199 x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"), "");
    EXPECT_EQ(said_of("HTTP/1.1 101 Switching Protocols\r\n\r\n"),
              "answered 101 Switching Protocols");
    const Wanted some{{{503, 503}, {200, 299}}};
    EXPECT_EQ(said_of("HTTP/1.1 503 x\r\n\r\n", some), "");
    EXPECT_EQ(said_of("HTTP/1.1 302 Found\r\n\r\n", some), "answered 302 Found");
}

TEST(HttpCheck, ThePreludeIsNoAnswer) {
    const std::string prelude =
        "HTTP/1.1 100 Continue\r\nContent-Length: 3\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n";
    EXPECT_FALSE(is_known(prelude));
    EXPECT_EQ(said_of(prelude + "HTTP/1.1 500 No\r\n\r\n"), "answered 500 No");
    EXPECT_EQ(said_of(prelude + "HTTP/1.1 200 OK\r\n\r\npong", pong), "");
    EXPECT_EQ(said_of(prelude), "the answer broke off in its headers");
}

TEST(HttpCheck, WhatIsNoHttpIsSoAtOnce) {
    for (const char* bytes :
         {"220 mail ESMTP", "\x15\x03\x01", "HTTP/2 200 OK\r\n", "http/1.1 200 OK",
          "\r\nHTTP/1.1 200 OK", "HTTP/1.1 abc OK\r\n", "HTTP/1.1 099 x\r\n", "HTTP/1.1 2000\r\n",
          "HTTP/1.12200 OK\r\n", "HTTP/1.x 200 OK\r\n", "HTTP/1.1\r\n", "HTTP/1.1 -20 x\r\n"}) {
        EXPECT_TRUE(is_known(bytes)) << bytes;
        EXPECT_EQ(said_of(bytes), "did not answer in HTTP") << bytes;
    }
    EXPECT_EQ(said_of("HTTP/1.1 20"), "the answer broke off in its headers");
    EXPECT_EQ(said_of(""), "closed the connection without an answer");
}

TEST(HttpCheck, ABodyEndsWhereItSays) {
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    EXPECT_EQ(said_of(ok + "\r\nping pong", pong), "");
    EXPECT_EQ(said_of(ok + "\r\nping", pong), "the answer has no \"pong\"");
    EXPECT_EQ(said_of(ok + "X: pong\r\n\r\nping", pong), "the answer has no \"pong\"");
    EXPECT_EQ(said_of(ok + "content-LENGTH:  4 \r\n\r\npingpong", pong),
              "the answer has no \"pong\"");
    EXPECT_TRUE(is_known(ok + "Content-Length: 4\r\n\r\nping", pong));
    EXPECT_TRUE(is_known(ok + "Content-Length: 0\r\n\r\n", pong));
    EXPECT_FALSE(is_known(ok + "Content-Length: 9\r\n\r\nping", pong));
    EXPECT_EQ(said_of(ok + "Content-Length: 9\r\n\r\nping", pong),
              "the answer broke off, and has no \"pong\" so far");
    EXPECT_EQ(said_of(ok + "Content-Length: 99999999999999999999\r\n\r\npong", pong), "");
    EXPECT_EQ(said_of("HTTP/1.1 204 No\r\n\r\npong", pong), "the answer has no \"pong\"");
    EXPECT_EQ(said_of("HTTP/1.1 500 No\r\n\r\npong", pong), "answered 500 No");
}

TEST(HttpCheck, ATextMayStandInSeveralChunks) {
    EXPECT_EQ(said_of(chunked("2\r\npo\r\n2;a=b\r\nng\r\n0\r\n\r\n"), pong), "");
    EXPECT_EQ(said_of(chunked("002 \nxp\n3\nong\n0\n\n"), pong), "");
    EXPECT_EQ(said_of(chunked("4\r\nping\r\n0\r\nX: pong\r\n\r\n"), pong),
              "the answer has no \"pong\"");
    EXPECT_EQ(said_of(chunked("4\r\nping\r\nF"), pong),
              "the answer broke off, and has no \"pong\" so far");
    EXPECT_EQ(said_of("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" +
                          chunked("4\r\npong\r\n0\r\n\r\n").substr(17),
                      pong),
              "");
    EXPECT_TRUE(is_known(chunked("4\r\nping\r\n0\r\n\r\n"), pong));
    // The raw bytes have the text, the body has not.
    EXPECT_EQ(said_of(chunked("1\r\nx\r\n2\r\npo\r\n0\r\n\r\nng"), {{}, "po\r\n0"}),
              "the answer has no \"po^M^J0\"");
    for (const char* chunks : {"x\r\npong", "-4\r\npong", "\r\npong", "1\r\nxpong\r\n",
                               "11111111111111111\r\npong", "0x4\r\npong"})
        EXPECT_EQ(said_of(chunked(chunks), pong),
                  "the answer is garbled, and has no \"pong\" before that")
            << chunks;
}

TEST(HttpCheck, NoMoreThan64KiBAreLookedAt) {
    const std::string head = "HTTP/1.1 200 OK\r\n\r\n";
    const std::string endless(longest_answer, 'x');
    EXPECT_EQ(said(head + endless + "pong", pong),
              "the first 64 KiB of the answer have no \"pong\"");
    const std::string before = endless.substr(head.size() + 4);
    EXPECT_EQ(said(head + before + "pong", pong), "");
    EXPECT_EQ(said(head + before + "xpong", pong),
              "the first 64 KiB of the answer have no \"pong\"");
    EXPECT_EQ(said("HTTP/1.1 200 OK\r\nX: " + endless),
              "the headers of the answer are longer than 64 KiB");
    std::string prelude;
    while (prelude.size() < longest_answer) prelude += "HTTP/1.1 100 x\r\n\r\n";
    EXPECT_EQ(said(prelude + head), "the headers of the answer are longer than 64 KiB");
}

TEST(HttpCheck, WhatIsOverIsNotReadOn) {
    HttpCheck open(check_for({}));
    EXPECT_EQ(open.room(), longest_answer);
    EXPECT_TRUE(open.take("HTTP/1.1 200 OK\r\n\r\n"));
    EXPECT_EQ(open.room(), longest_answer - 19);
    EXPECT_FALSE(open.take("body"));
    EXPECT_FALSE(open.close());
    EXPECT_EQ(open.room(), 0U);
    HttpCheck counted(check_for({}));
    EXPECT_TRUE(counted.take("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"));
    EXPECT_GT(counted.room(), 0U);
    EXPECT_FALSE(counted.take("ok"));
    EXPECT_EQ(counted.room(), 0U);
}

TEST(HttpCheck, ALongLineIsCut) {
    const std::string junk(5000, 'x');
    EXPECT_EQ(said_of("HTTP/1.1 200 OK\r\n" + junk.substr(0, 1500) + "\r\n\r\npong", pong), "");
    EXPECT_EQ(said("HTTP/1.1 500 " + junk + "\r\n\r\n").size(), 1024U);
}

TEST(TextSearch, ATextIsFoundWhereverItBegins) {
    TextSearch search("aabaaab");
    search.take("aabaabaa");
    EXPECT_FALSE(search.found());
    search.take("ab");
    EXPECT_TRUE(search.found());
    search.take("x");
    EXPECT_TRUE(search.found());
    EXPECT_TRUE(TextSearch("").found());
    TextSearch overlapping("ababac");
    overlapping.take("ababaxbac");
    EXPECT_FALSE(overlapping.found());
    overlapping.take("abababac");
    EXPECT_TRUE(overlapping.found());
}
