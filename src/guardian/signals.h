// SPDX-License-Identifier: MIT
// The signals of the guardian come by a descriptor, and no other one does anything: a limit of file
// sizes, too, is an error of the call that meets it, and not a death.
#pragma once

namespace hf::guardian {

// Blocks all, and gives those that the guardian obeys.
int open_signals();

}  // namespace hf::guardian
