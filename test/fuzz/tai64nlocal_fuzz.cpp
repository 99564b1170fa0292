// SPDX-License-Identifier: MIT
// Any bytes, in any pieces, give the same lines, and as many of them as came in.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "format/tai64n_local.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    std::string whole;
    hf::format::Tai64nLocal at_once;
    at_once.take(text, whole);
    at_once.finish(whole);

    std::string pieces;
    hf::format::Tai64nLocal in_pieces;
    for (size_t at = 0, length = 1; at < size; at += length, length = length % 37 + 1) {
        in_pieces.take(text.substr(at, length), pieces);
    }
    in_pieces.finish(pieces);
    if (pieces != whole) std::abort();
    if (std::count(text.begin(), text.end(), '\n') !=
        std::count(whole.begin(), whole.end(), '\n')) {
        std::abort();
    }
    return 0;
}
