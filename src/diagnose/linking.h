// SPDX-License-Identifier: MIT
// Which directories a scan directory leads to, and which svscan has beside those.
#pragma once

#include <string>
#include <vector>

#include "diagnose/findings.h"
#include "diagnose/subject.h"

namespace hf::diagnose {

// The svscans that run: on the scan directory of the subject, 0 if there is none, and on others.
struct Scanners {
    pid_t here = 0;
    std::vector<pid_t> elsewhere;
};
Scanners find_scanners(const Subject& subject);

// Can be pasted.
std::string command_to_link(const std::string& directory, const std::string& scan_dir);

// Under which name the scan directory leads to this directory; empty if under none.
std::string name_of_directory(const std::string& scan_dir, const std::string& directory);

// Nothing stands under its name in the scan directory.
void check_missing_entry(const Subject& subject, Findings& findings);

// It is supervised, and its link is gone.
void note_unlinked(const Subject& subject, Findings& findings);

}  // namespace hf::diagnose
