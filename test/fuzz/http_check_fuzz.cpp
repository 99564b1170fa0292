// SPDX-License-Identifier: MIT
// Any bytes as the answer of an http server. The first is the length of the pieces in which the
// rest comes: however it is cut, the same is said of it, once, and in words that are fit for an
// answer.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "check/http_check.h"
#include "require.h"

using hf::test::require;
using namespace hf;

namespace {

const format::Check wanted{1, std::chrono::seconds(1), format::CheckKind::http, "", {}, "aab"};

check::Outcome outcome_of(std::string_view answer, size_t piece) {
    check::HttpCheck check(wanted);
    std::optional<check::Outcome> outcome;
    auto note = [&](std::optional<check::Outcome> found) {
        require(!found || !outcome);
        if (found) outcome = std::move(found);
    };
    while (!answer.empty()) {
        note(check.take(answer.substr(0, piece)));
        answer.remove_prefix(std::min(piece, answer.size()));
    }
    note(check.close());
    require(outcome.has_value() && check.room() == 0);
    return *outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view answer(reinterpret_cast<const char*>(data) + 1, size - 1);
    const check::Outcome outcome = outcome_of(answer, SIZE_MAX);
    require(outcome_of(answer, data[0] + size_t{1}) == outcome);
    const std::string line = format::encode(check::judge(wanted, outcome, {}, {}));
    require(format::decode_check_answer(line.substr(0, line.size() - 1)).has_value());
    return 0;
}
