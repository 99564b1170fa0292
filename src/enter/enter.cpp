// SPDX-License-Identifier: MIT
#include "enter/enter.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <optional>
#include <string>
#include <utility>

#include "enter/environment.h"
#include "enter/identity.h"
#include "enter/refusal.h"
#include "sys/error.h"
#include "sys/exec.h"
#include "sys/fd.h"

namespace hf::enter {

namespace {

// Of a nice value or an OOM score.
std::string remedy_for_number(int error) {
    if (error != EPERM && error != EACCES) return "remove it";
    return ::geteuid() == 0
               ? "root lacks the right to lower it here: take a higher one, or remove it"
               : "only root may lower it: take a higher one, or remove it";
}

void set_oom_score(int score) {
    const sys::Fd file = sys::open("/proc/self/oom_score_adj", O_WRONLY);
    if (file && sys::write_all(file.get(), std::to_string(score))) return;
    refuse_by(errno, Stage::oom_score, "[process] oom_score",
              "unable to set it to " + std::to_string(score), remedy_for_number(errno));
}

void set_nice(int nice) {
    if (::setpriority(PRIO_PROCESS, 0, nice) == 0) return;
    refuse_by(errno, Stage::nice, "[process] nice", "unable to set it to " + std::to_string(nice),
              remedy_for_number(errno));
}

// Goes to the working directory. What stands in the service directory is then known by its whole
// path.
void change_directory(const std::string& cwd, std::string& program) {
    std::array<char, PATH_MAX> here{};
    const std::string what = "[process] cwd";
    if (::getcwd(here.data(), here.size()) == nullptr)
        refuse_by(errno, Stage::cwd, what, "unable to find the service directory's path",
                  "its user must be able to enter all directories above it");
    if (program.find('/') != program.npos && !program.starts_with('/'))
        program = std::string(here.data()) + "/" +
                  (program.starts_with("./") ? program.substr(2) : program);
    if (::chdir(cwd.c_str()) == 0) return;
    refuse_by(errno, Stage::cwd, what, "unable to change to " + cwd,
              "make it, and let its user enter it, or correct it in service.toml");
}

[[noreturn]] void run_program(std::vector<char*> args, std::string program,
                              text::Environment environment) {
    args[0] = program.data();
    try {
        sys::exec(args, environment.block().data());
    } catch (const sys::Error& error) {
        std::string remedy = "look at the program, and at who may execute it";
        if (error.code() == EACCES) remedy = "its user must be able to read it and to reach it";
        if (error.code() == E2BIG) remedy = "its environment is too large: give it less";
        refuse_by(error.code(), Stage::program, "start", error.text(), remedy);
    }
}

}  // namespace

void enter(const format::ProcessRules& rules, const std::vector<char*>& argv, Lifetime lifetime,
           const Variables& extra) {
    std::optional<Identity> who;
    if (!rules.user.empty()) who = identity(rules.user);
    if (rules.oom_score) set_oom_score(*rules.oom_score);
    if (rules.nice) set_nice(*rules.nice);
    if (who) become(*who, rules.user);
    text::Environment environment = environment_of(rules, who);
    for (const auto& [name, value] : extra) environment.set(name, value);
    std::string program = argv.at(0);
    if (!rules.cwd.empty()) change_directory(rules.cwd, program);
    if (rules.umask) ::umask(*rules.umask);
    // Only now: a change of the user takes it back.
    if (lifetime == Lifetime::of_parent) ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    run_program(argv, std::move(program), std::move(environment));
}

}  // namespace hf::enter
