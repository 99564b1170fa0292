// SPDX-License-Identifier: MIT
// The key of the seals on records (format/seal.h): for all engines of one svscan in the guardian's
// page, and for the svscan after it in /run, where root alone may read it.
#pragma once

#include "format/seal.h"
#include "guard/protocol.h"

namespace hf::engine {

// The one that the page holds; else that of this boot, which is made if there is none yet, and put
// into the page. Where it cannot be kept (not root, no /run), it ends with the page.
format::SealKey seal_key(guard::SharedPage& page);

}  // namespace hf::engine
