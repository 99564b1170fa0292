// SPDX-License-Identifier: MIT
// One check: connects, and for http asks and reads. Never blocks, and knows no time: who waits for
// its descriptor says when that is enough.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "check/http_check.h"
#include "check/target.h"
#include "check/verdict.h"
#include "format/checks.h"
#include "sys/fd.h"

namespace hf::check {

class Probe {
  public:
    enum class Wait {
        nothing,   // it is over
        readable,  // of its descriptor
        writable,
        later,  // nobody will tell it when to try again
    };

    explicit Probe(const format::Check& check);

    // begin() is called once, and then proceed() whenever what it waits for has come. An outcome is
    // told once. If it waits on after that, it reads what is left of the answer, so that the server
    // finds nothing amiss: who has no use for that ends it.
    std::optional<Outcome> begin();
    std::optional<Outcome> proceed();

    Wait waits_for() const { return wait_; }
    int fd() const { return socket_.get(); }

    // What has not come yet: "no answer".
    std::string_view lack() const;

  private:
    std::optional<Outcome> connect();
    std::optional<Outcome> connected();
    std::optional<Outcome> not_connected(int error);
    std::optional<Outcome> send();
    std::optional<Outcome> receive();
    std::optional<Outcome> over(std::optional<Outcome> outcome);

    std::vector<Endpoint> endpoints_;
    size_t next_ = 0;  // of the endpoints
    int error_ = 0;    // the first one's
    sys::Fd socket_;
    Wait wait_ = Wait::nothing;
    bool is_connected_ = false;
    std::string request_;  // what is still to be sent
    std::optional<HttpCheck> http_;
};

// Whether the kernel has connected the socket to itself, as it does when nobody listens on a port
// from which it may choose, and it chooses that one.
bool is_connected_to_itself(int socket);

}  // namespace hf::check
