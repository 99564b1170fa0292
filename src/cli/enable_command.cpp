// SPDX-License-Identifier: MIT
// holdfast enable, disable NAME...: whether a service is started when svscan is, by the file
// `down`. What runs now is left as it is.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "cli/command_line.h"
#include "cli/snapshot.h"
#include "cli/terminal.h"
#include "program/tool.h"
#include "sys/error.h"
#include "sys/fd.h"
#include "text/words.h"

namespace hf::cli {

using namespace control;
using namespace text;
using namespace program;

namespace {

struct EnableOptions {
    Where where;
    std::vector<std::string> names;
    bool enable = true;
};

void enable(const std::string& name, const std::string& down, const ServiceView& view) {
    if (::unlink(down.c_str()) < 0 && errno != ENOENT) sys::fail("unable to remove " + down);
    say(name + ": started at boot\n");
    if (!view.up()) warn(name + " is not running: holdfast start " + shell_word(name));
}

void disable(const std::string& name, const std::string& down, const ServiceView& view) {
    sys::Fd file = sys::open(down.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0644);
    if (!file) sys::fail("unable to make " + down);
    say(name + ": not started at boot\n");
    if (view.up()) warn(name + " still runs: holdfast stop " + shell_word(name));
}

int enable_command(const EnableOptions& options) {
    std::string scan_dir = scan_directory(options.where.scan_dir);
    for (const std::string& name : chosen(scan_dir, located(options.where, options.names), false)) {
        ServiceView view = inspect_service(name, path_for(scan_dir, name));
        refuse_without(inspect::Access::writing, view.path);
        if (options.enable)
            enable(name, view.path + "/down", view);
        else
            disable(name, view.path + "/down", view);
    }
    return 0;
}

}  // namespace

void add_enable(CommandLine& line) {
    for (bool enable : {true, false}) {
        auto options = std::make_shared<EnableOptions>();
        options->enable = enable;
        CLI::App* sub = line.add(enable ? "enable" : "disable",
                                 enable ? "start services at boot: remove their file down"
                                        : "do not start services at boot: make a file down",
                                 options, enable_command);
        add_names(sub, options->names)->required();
    }
}

}  // namespace hf::cli
