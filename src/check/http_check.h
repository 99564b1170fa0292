// SPDX-License-Identifier: MIT
// The http check: what is asked, and what its answer is worth. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "check/http_answer.h"
#include "check/verdict.h"
#include "format/checks.h"

namespace hf::check {

struct HttpTarget {
    std::string host;  // "127.0.0.1:8080", "[::1]"; whether it is one is not looked at
    std::string path;  // from its slash on, in characters that a request may have
    bool operator==(const HttpTarget&) const = default;
};

// Of "http://127.0.0.1:8080/health"; none if it is another scheme.
std::optional<HttpTarget> http_target(std::string_view url);

std::string request_of(const HttpTarget& target);

class HttpCheck {
  public:
    explicit HttpCheck(const format::Check& check);

    // What is known when these bytes have come, or the connection has been closed. An outcome is
    // told once; what comes after it is only read so that the server can end in peace.
    std::optional<Outcome> take(std::string_view bytes);
    std::optional<Outcome> close();

    bool is_told() const { return is_told_; }
    bool has_begun() const { return answer_.has_begun(); }

    // How much more may be read: 0 when the answer is over, or is as long as it may be.
    size_t room() const;

  private:
    std::optional<Outcome> look();
    std::optional<Outcome> outcome() const;
    std::optional<Outcome> outcome_of_head() const;
    std::optional<Outcome> outcome_of_body() const;
    bool is_accepted(int status) const;

    std::vector<format::StatusRange> statuses_;
    std::string text_;
    HttpAnswer answer_;
    bool is_told_ = false;
};

}  // namespace hf::check
