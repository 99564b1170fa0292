// SPDX-License-Identifier: MIT
#include "enter/refusal.h"

#include "text/error_text.h"

namespace hf::enter {

void refuse(Stage stage, int error, const std::string& what, const std::string& trouble,
            const std::string& remedy) {
    throw Refusal{stage, error, what + ": " + trouble + ": " + remedy};
}

void refuse_by(int error, Stage stage, const std::string& what, const std::string& trouble,
               const std::string& remedy) {
    refuse(stage, error, what, trouble + ": " + std::string(text::error_text(error)), remedy);
}

}  // namespace hf::enter
