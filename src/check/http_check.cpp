// SPDX-License-Identifier: MIT
#include "check/http_check.h"

#include <algorithm>

namespace hf::check {

namespace {

constexpr format::StatusRange usual_statuses{200, 399};

void append_encoded(std::string& path, char c) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    if (byte > ' ' && byte < 0x7f)
        path += c;
    else
        path += {'%', digits[byte >> 4], digits[byte & 15]};
}

}  // namespace

std::optional<HttpTarget> http_target(std::string_view url) {
    constexpr std::string_view scheme = "http://";
    if (!url.starts_with(scheme)) return std::nullopt;
    url.remove_prefix(scheme.size());
    url = url.substr(0, url.find('#'));
    const size_t slash = std::min(url.find('/'), url.size());
    std::string path;
    for (char c : url.substr(slash)) append_encoded(path, c);
    return HttpTarget{std::string(url.substr(0, slash)), path.empty() ? "/" : path};
}

std::string request_of(const HttpTarget& target) {
    return "GET " + target.path + " HTTP/1.1\r\nHost: " + target.host +
           "\r\nUser-Agent: holdfast\r\nAccept: */*\r\nConnection: close\r\n\r\n";
}

HttpCheck::HttpCheck(const format::Check& check)
    : statuses_(check.statuses), text_(check.body), answer_(check.body) {
    if (statuses_.empty()) statuses_ = {usual_statuses};
}

std::optional<Outcome> HttpCheck::take(std::string_view bytes) {
    answer_.take(bytes);
    return look();
}

std::optional<Outcome> HttpCheck::close() {
    answer_.close();
    return look();
}

size_t HttpCheck::room() const {
    const HttpAnswer::Part part = answer_.part();
    const bool goes_on = part == HttpAnswer::Part::head || part == HttpAnswer::Part::body;
    return goes_on && !answer_.is_closed() ? answer_.room() : 0;
}

std::optional<Outcome> HttpCheck::look() {
    if (is_told_) return std::nullopt;
    auto found = outcome();
    is_told_ = found.has_value();
    return found;
}

std::optional<Outcome> HttpCheck::outcome() const {
    if (answer_.part() == HttpAnswer::Part::foreign) return bad("did not answer in HTTP");
    if (answer_.part() == HttpAnswer::Part::head) return outcome_of_head();
    if (!is_accepted(answer_.status()))
        return bad("answered " + std::to_string(answer_.status()) +
                   (answer_.reason().empty() ? "" : " " + answer_.reason()));
    return outcome_of_body();
}

std::optional<Outcome> HttpCheck::outcome_of_head() const {
    if (answer_.room() == 0) return bad("the headers of the answer are longer than 64 KiB");
    if (!answer_.is_closed()) return std::nullopt;
    return bad(answer_.has_begun() ? "the answer broke off in its headers"
                                   : "closed the connection without an answer");
}

std::optional<Outcome> HttpCheck::outcome_of_body() const {
    if (answer_.has_text()) return good();
    const std::string text = in_quotes(text_);
    if (answer_.part() == HttpAnswer::Part::complete) return bad("the answer has no " + text);
    if (answer_.part() == HttpAnswer::Part::garbled)
        return bad("the answer is garbled, and has no " + text + " before that");
    if (answer_.room() == 0) return bad("the first 64 KiB of the answer have no " + text);
    if (answer_.is_closed()) return bad("the answer broke off, and has no " + text + " so far");
    return std::nullopt;
}

bool HttpCheck::is_accepted(int status) const {
    return std::ranges::any_of(statuses_, [&](const format::StatusRange& range) {
        return range.first <= status && status <= range.last;
    });
}

}  // namespace hf::check
