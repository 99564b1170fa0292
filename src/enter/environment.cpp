// SPDX-License-Identifier: MIT
#include "enter/environment.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

#include "enter/refusal.h"
#include "program/env_dir.h"
#include "sys/error.h"
#include "sys/fd.h"
#include "sys/safe_open.h"

namespace hf::enter {

namespace {

constexpr size_t largest_env_file = 1024 * 1024;

// Clean is what has only the path, and by what the service is to say that it is ready.
text::Environment inherited(const format::ProcessRules& rules) {
    if (!rules.clean_env) return text::Environment(environ);
    const char* nothing = nullptr;
    text::Environment environment(&nothing);
    const char* socket = rules.notifies ? std::getenv("NOTIFY_SOCKET") : nullptr;
    if (const char* path = std::getenv("PATH")) environment.set("PATH", path);
    if (socket != nullptr) environment.set("NOTIFY_SOCKET", socket);
    return environment;
}

void set_login(const std::optional<sys::Login>& login, text::Environment& environment) {
    for (const char* name : {"USER", "LOGNAME", "HOME", "SHELL"}) environment.remove(name);
    if (!login) return;
    environment.set("USER", login->name);
    environment.set("LOGNAME", login->name);
    environment.set("HOME", login->home);
    environment.set("SHELL", login->shell);
}

void read_env_file(const std::string& path, text::Environment& environment) {
    const std::string what = "[process] env_file";
    std::string text;
    const sys::Fd file = sys::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (!file || !sys::read_at_most(file.get(), largest_env_file + 1, text))
        refuse_by(errno, Stage::settings, what, "unable to read " + path,
                  "its user must be able to read it; else remove env_file");
    if (text.size() > largest_env_file)
        refuse(Stage::settings, EFBIG, what, path + " is larger than 1 MiB", "take another file");
    const std::string trouble = text::set_by_lines(text, environment);
    if (!trouble.empty())
        refuse(Stage::settings, EINVAL, what, path, trouble + " (see service.toml(5))");
}

void read_env_dir(const std::string& directory, text::Environment& environment) {
    try {
        program::apply_env_dir(directory, environment);
    } catch (const sys::Error& error) {
        refuse_by(error.code(), Stage::settings, "[process] env_dir", error.text(),
                  "its user must be able to read it; else remove env_dir");
    }
}

}  // namespace

text::Environment environment_of(const format::ProcessRules& rules,
                                 const std::optional<Identity>& who) {
    text::Environment environment = inherited(rules);
    if (who) set_login(who->login, environment);
    if (!rules.env_dir.empty()) read_env_dir(rules.env_dir, environment);
    if (!rules.env_file.empty()) read_env_file(rules.env_file, environment);
    for (const auto& [name, value] : rules.env) environment.set(name, value);
    return environment;
}

}  // namespace hf::enter
