// SPDX-License-Identifier: MIT
// holdfast show NAME, edit NAME: the files of a service, and its run script in an editor.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "cli/command_line.h"
#include "cli/snapshot.h"
#include "cli/terminal.h"
#include "inspect/files.h"
#include "inspect/processes.h"
#include "program/tool.h"
#include "sys/error.h"
#include "sys/fd.h"
#include "text/words.h"

namespace hf::cli {

using namespace control;
using namespace inspect;
using namespace text;
using namespace program;

namespace {

struct ShowOptions {
    Where where;
    std::string name;
};

std::string path_of(const ShowOptions& options) {
    std::string scan_dir = scan_directory(options.where.scan_dir);
    refuse_pattern(scan_dir, options.name);
    std::string name = chosen(scan_dir, {located(options.where, options.name)}, false)[0];
    return path_for(scan_dir, name);
}

std::string shown(const std::string& path) {
    refuse_without(Access::reading, path);
    std::string text = path + ":\n";
    for (const std::string& line : lines_of(contents(path))) text += "    " + line + "\n";
    return text;
}

// The user's editor, with this file; its exit status.
int run_editor(const std::string& path) {
    const char* editor = std::getenv("VISUAL");
    if (editor == nullptr || *editor == '\0') editor = std::getenv("EDITOR");
    if (editor == nullptr || *editor == '\0') editor = "editor";  // Debian's link to one
    std::string command = std::string(editor) + " \"$1\"";
    pid_t child = ::fork();
    if (child < 0) sys::fail("unable to run " + std::string(editor));
    if (child == 0) {
        ::execl("/bin/sh", "sh", "-c", command.c_str(), "sh", path.c_str(), nullptr);
        ::_exit(127);
    }
    int status = 0;
    sys::retry([&] { return ::waitpid(child, &status, 0); });
    return WIFEXITED(status) ? WEXITSTATUS(status) : 111;
}

int show_command(const ShowOptions& options) {
    std::string path = path_of(options);
    std::string target = link_of(path);
    std::string text = target.empty() ? "" : path + " -> " + target + "\n";
    text += shown(path + "/run");
    for (const char* file : {"/log/run", "/service.toml", "/log/service.toml"})
        if (exists(path + file)) text += shown(path + file);
    if (exists(path + "/down")) text += path + "/down: not started at boot\n";
    say(text);
    return 0;
}

int edit_command(const ShowOptions& options) {
    std::string path = path_of(options);
    std::string run = path + "/run";
    refuse_without(Access::writing, exists(run) ? run : path);
    std::string before = contents(run);
    int code = run_editor(run);
    if (code != 0) throw Fatal{"the editor exited with " + std::to_string(code)};
    if (contents(run) == before) {
        say("unchanged: " + run + "\n");
        return 0;
    }
    code = check_command({options.where, options.name, 0});
    if (code == 0) say("to use it: holdfast restart " + shell_word(options.name) + "\n");
    return code;
}

}  // namespace

void add_show(CommandLine& line) {
    struct Command {
        const char* name;
        const char* help;
        int (*run)(const ShowOptions&);
    };
    for (const Command& each :
         {Command{"show", "print the files of a service", show_command},
          Command{"edit", "edit the run script of a service", edit_command}}) {
        auto options = std::make_shared<ShowOptions>();
        CLI::App* sub = line.add(each.name, each.help, options, each.run);
        add_name(sub, options->name, "a service, or a directory");
    }
}

}  // namespace hf::cli
