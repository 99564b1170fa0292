// SPDX-License-Identifier: MIT
// The whole chain, in order: what is found first is the cause.
#pragma once

#include "diagnose/findings.h"
#include "diagnose/subject.h"

namespace hf::diagnose {

// Why is it not up, why did it restart, why does it not answer?
Findings why(Subject& subject);

// What can be known without starting it.
Findings check(const Subject& subject);

}  // namespace hf::diagnose
