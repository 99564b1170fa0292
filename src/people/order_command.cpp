// SPDX-License-Identifier: MIT
// holdfast start, stop, restart, reload, signal, pause, continue, once: an order to each service,
// and then patience until it is so.
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <map>
#include <utility>

#include "format/error_text.h"
#include "format/letters.h"
#include "people/await.h"
#include "people/commands.h"
#include "people/glance.h"
#include "people/look/words.h"
#include "people/orders.h"
#include "sys/fd.h"
#include "tools/contact.h"
#include "tools/tool.h"

namespace hf::people {

namespace {

std::string describe(const Seen& seen) {
    std::string text = seen.name + ": " + state_word(seen);
    if (seen.up()) text += " (pid " + std::to_string(seen.pid()) + ")";
    return text + "\n";
}

void say_waiting(const std::vector<Awaited>& services, const char* what) {
    if (::isatty(STDERR_FILENO) == 0) return;
    std::string text = "waiting until ";
    for (const Awaited& each : services) text += each.name + " ";
    sys::write_all(STDERR_FILENO, text + "is " + what + " ...\r\033[K");
}

}  // namespace

std::string send_letters(const Awaited& service, const std::string& letters) {
    StartingDirectory start;
    if (::chdir(service.path.c_str()) < 0)
        return "unable to use " + service.path + ": " + std::string(format::error_text(errno));
    sys::Fd control = contact("supervise/control");
    int error = errno;
    constexpr int patience_ms = 1000;
    pollfd room{control.get(), POLLOUT, 0};
    std::string bytes = supervised_by_ours() ? format::announcement(giver()) + letters : letters;
    bool sent =
        control && ::poll(&room, 1, patience_ms) > 0 && sys::write_all(control.get(), bytes);
    if (control && !sent) error = EAGAIN;
    start.back();
    if (sent) return "";
    if (error == ENXIO || error == ENOENT)
        return "nobody supervises it; holdfast why " + shell_word(service.name) + " tells more";
    if (error == EACCES) return "you may not give it orders; as root you may (sudo)";
    return "unable to give it an order: " + std::string(format::error_text(error));
}

std::vector<Awaited> awaited(const std::string& folder, const std::vector<std::string>& names) {
    std::vector<Awaited> result;
    for (const std::string& name : names) result.push_back({name, path_for(folder, name)});
    return result;
}

std::optional<std::chrono::nanoseconds> patience_of(double seconds) {
    if (seconds < 0) return std::nullopt;
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::duration<double>(seconds));
}

namespace {

// What makes each order come true; none where there is nothing to wait for.
Condition condition_of(const OrderOptions& options, const std::map<std::string, pid_t>& before) {
    const std::string& verb = options.verb;
    if (verb == "start") return is_settled;
    if (verb == "stop") return is_down;
    if (verb == "pause") return [](const Seen& seen) { return seen.up() && seen.status->paused; };
    if (verb == "continue")
        return [](const Seen& seen) { return seen.up() && !seen.status->paused; };
    if (verb == "restart")
        return [before](const Seen& seen) -> Verdict {
            auto old = before.find(seen.name);
            if (old != before.end() && old->second == seen.pid()) return false;
            return is_settled(seen);
        };
    return nullptr;
}

// They had their time: SIGKILL cannot be refused.
std::vector<Awaited> force(const std::vector<Awaited>& services, const Condition& condition) {
    for (const Awaited& each : services) {
        warn(each.name + " has not ended in time: it is killed now");
        send_letters(each, "k");
    }
    return await(services, condition, std::chrono::seconds(5));
}

const char* goal_of(const std::string& verb) {
    if (verb == "stop") return "down";
    if (verb == "pause") return "paused";
    if (verb == "continue") return "running again";
    return "up";
}

}  // namespace

int order_command(const OrderOptions& options) {
    if (letters_of(options.verb, options.signal, {}).empty())
        throw Usage{"holdfast: there is no signal " + options.signal +
                    " that a service can be sent\nthese can: HUP INT QUIT TERM KILL ALRM USR1 USR2 "
                    "WINCH CONT STOP"};
    std::signal(SIGPIPE, SIG_IGN);
    std::string folder = service_folder(options.where.folder);
    if (options.names.empty() && !options.all)
        throw Usage{"holdfast: which service? name one, or use --all"};
    auto services = awaited(folder, chosen(folder, options.names, options.all));
    std::map<std::string, pid_t> before;
    int code = 0;
    std::vector<Awaited> reached;
    for (const Awaited& each : services) {
        Seen seen = look_at(each.name, each.path);
        before[each.name] = seen.pid();
        std::string trouble = send_letters(each, letters_of(options.verb, options.signal, seen));
        if (trouble.empty()) {
            reached.push_back(each);
            continue;
        }
        warn(each.name + ": " + trouble);
        code = 2;
    }
    Condition condition = condition_of(options, before);
    if (!condition || options.patience == 0) return code;
    say_waiting(reached, goal_of(options.verb));
    auto open = await(reached, condition, patience_of(options.patience));
    if (!open.empty() && options.force) open = force(open, condition);
    for (const Awaited& each : reached)
        sys::write_all(STDOUT_FILENO, describe(look_at(each.name, each.path)));
    for (const Awaited& each : open)
        warn(each.name + " is not " + goal_of(options.verb) + " yet; holdfast why " +
             shell_word(each.name) + " tells why");
    return open.empty() ? code : 1;
}

}  // namespace hf::people
