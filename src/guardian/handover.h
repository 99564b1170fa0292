// SPDX-License-Identifier: MIT
// What a guardian hands to the newer one that it becomes, beside its children: by names, in the
// environment, as "lock=5,memory=6,...". Descriptors are given by their numbers.
#pragma once

#include <array>
#include <string_view>

#include "guardian/notify.h"

namespace hf::guardian {

struct Handover {
    int lock = -1;
    int memory = -1;   // negative: nothing was handed over
    int program = -1;  // of the last engine that got ready
    int kept = -1;     // the table of kept descriptors, see kept.h
    bool halting = false;
    int exit_code = 0;
    Notify notify{};
    bool operator==(const Handover&) const = default;
};

inline constexpr const char* handover_variable = "HOLDFAST_HANDOVER";

// "HOLDFAST_HANDOVER=..." with its null, for putenv(3).
std::array<char, 256> encode(const Handover& handover);

// What stands behind the "=". Names that are not known are left out, and what is missing has its
// default: the two may be of any versions.
Handover decode_handover(std::string_view text);

// Takes it out of the environment. Also what a guardian from before there were names hands over, in
// HOLDFAST_LEGACY, by position.
Handover take_handover();

// Whether its descriptors survive an exec of this process.
void survive(const Handover& handover, bool exec);

}  // namespace hf::guardian
