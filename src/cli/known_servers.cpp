// SPDX-License-Identifier: MIT
#include "cli/known_servers.h"

#include <algorithm>
#include <filesystem>

namespace hf::cli {

using namespace text;

namespace {

using std::filesystem::exists;
using std::filesystem::path;

// Debian keeps /var/lib/postgresql/15/main and /etc/postgresql/15/main apart, and the socket's
// directory on /run, which is empty after a boot.
void complete_for_postgres(RunTemplate& run_template) {
    if (run_template.run_dir.empty() && exists("/etc/postgresql-common"))
        run_template.run_dir = "/run/postgresql";
    auto& words = run_template.command;
    auto option = std::find(words.begin(), words.end(), "-D");
    if (option == words.end() || option + 1 == words.end()) return;
    path data = path(*(option + 1)).lexically_normal();
    if (!data.has_filename()) data = data.parent_path();
    path settings = path("/etc/postgresql") / data.parent_path().filename() / data.filename() /
                    "postgresql.conf";
    if (!exists(data / "PG_VERSION") || exists(data / "postgresql.conf") || !exists(settings))
        return;
    words.emplace_back("-c");
    words.push_back("config_file=" + settings.string());
}

}  // namespace

void complete_for_server(RunTemplate& run_template, NewRules& rules) {
    if (run_template.command.empty()) return;
    if (path(run_template.command[0]).filename() == "postgres") {
        complete_for_postgres(run_template);
        rules.stop_signal = "INT";  // after TERM it waits for its clients to leave
        rules.stop_timeout = "5m";  // it writes all to the disk, and recovers if it is killed
    }
}

}  // namespace hf::cli
