// SPDX-License-Identifier: MIT
// holdfast start, stop, restart, reload, signal, pause, continue, once: an order to each service,
// and then patience until it is so.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <set>

#include "people/await.h"
#include "people/commands.h"
#include "people/glance.h"
#include "people/leftovers.h"
#include "people/look/words.h"
#include "people/orders.h"
#include "sys/fd.h"
#include "tools/tool.h"

namespace hf::people {

namespace {

// A service before the order.
struct Past {
    pid_t pid = 0;
    std::optional<unsigned> deaths;  // none: nobody counts them
    pid_t session = 0;
};
using Before = std::map<std::string, Past>;

// What an order means for a verb, beside its letters.
struct Meaning {
    const char* goal;   // what is waited for; null: nothing
    bool of_a_process;  // a service without one has nothing to do with it
};

Meaning meaning_of(const std::string& verb) {
    if (verb == "stop") return {"down", false};
    if (verb == "start") return {"up", false};
    if (verb == "restart") return {"up", false};
    if (verb == "pause") return {"paused", true};
    if (verb == "continue") return {"running again", true};
    return {nullptr, verb != "once"};
}

Condition condition_of(const std::string& verb, const Before& before) {
    if (verb == "start") return is_settled;
    if (verb == "stop") return is_down;
    if (verb == "pause") return [](const Seen& seen) { return seen.up() && seen.status->paused; };
    if (verb == "continue")
        return [](const Seen& seen) { return seen.up() && !seen.status->paused; };
    return [before](const Seen& seen) -> Verdict {
        if (before.at(seen.name).pid == seen.pid()) return false;
        return is_settled(seen);
    };
}

std::optional<unsigned> deaths_of(const Seen& seen) {
    if (!seen.record) return std::nullopt;
    return seen.record->service.deaths;
}

std::string line(const Seen& seen, const std::string& state) {
    std::string text = seen.name + ": " + state;
    if (seen.up()) text += " (pid " + std::to_string(seen.pid()) + ")";
    return text + "\n";
}

class Ordering {
  public:
    explicit Ordering(const OrderOptions& options)
        : options_(options), meaning_(meaning_of(options.verb)) {}

    int run(const std::vector<Awaited>& services) {
        for (const Awaited& each : services) give(each);
        if (options_.patience == 0) return code_;
        if (options_.verb == "reload") warn_of_the_dead();
        return meaning_.goal == nullptr ? code_ : wait();
    }

  private:
    void give(const Awaited& service) {
        Seen seen = look_at(service.name, service.path);
        before_[service.name] = {seen.pid(), deaths_of(seen), session_of(seen)};
        bool void_order = seen.supervised && !seen.up() &&
                          (meaning_.of_a_process || (options_.all && options_.verb == "restart"));
        if (void_order && options_.all) return;
        std::string trouble =
            void_order ? "it is not up, so there is nothing to " + options_.verb
                       : send_letters(service, letters_of(options_.verb, options_.signal, seen));
        if (trouble.empty()) {
            reached_.push_back(service);
            return;
        }
        warn(service.name + ": " + trouble);
        code_ = 2;
    }

    // A program that does not know SIGHUP as a wish to read its settings is ended by it.
    void warn_of_the_dead() {
        constexpr std::chrono::milliseconds moment(300);
        auto has_ended = [&](const Seen& seen) -> Verdict {
            return seen.pid() != before_.at(seen.name).pid;
        };
        std::map<std::string, bool> alive;
        for (const Awaited& each : await(reached_, has_ended, moment)) alive[each.name] = true;
        for (const Awaited& each : reached_) {
            if (alive[each.name]) continue;
            warn(each.name + " does not know how to reload: the signal (SIGHUP) ended it; use " +
                 "holdfast restart " + shell_word(each.name));
            code_ = 1;
        }
    }

    std::vector<Awaited> wait_visibly(const Condition& condition) const {
        ProgressLine progress(meaning_.goal);
        return await(reached_, condition, patience_of(options_.patience), &progress);
    }

    int wait() {
        Condition condition = condition_of(options_.verb, before_);
        auto open = wait_visibly(condition);
        if (!open.empty() && options_.force) open = force(open, condition);
        std::set<std::string> late;
        for (const Awaited& each : open) late.insert(each.name);
        for (const Awaited& each : reached_) {
            Seen seen = look_at(each.name, each.path);
            if (late.contains(each.name) && !condition(seen).is_so)
                complain(seen);
            else
                tell(seen);
        }
        return code_;
    }

    void tell(const Seen& seen) const {
        sys::write_all(STDOUT_FILENO, line(seen, state_word(seen)));
        if (options_.verb == "stop" && !seen.up())
            warn_of_leftovers(seen.name, before_.at(seen.name).session);
    }

    // The order has not ended it, whatever it says of its state.
    bool has_not_ended(const Seen& seen) const {
        bool should_end = options_.verb == "stop" || options_.verb == "restart";
        return should_end && seen.up() && seen.pid() == before_.at(seen.name).pid;
    }

    // What is said of one that should be up: how often it has ended, beside by the order.
    std::string trouble_of(const Seen& seen) const {
        const Past& before = before_.at(seen.name);
        auto now = deaths_of(seen);
        unsigned by_order = options_.verb == "restart" && before.pid != 0 ? 1 : 0;
        if (!before.deaths || !now || *now <= *before.deaths + by_order) return " yet";
        bool again = *now - *before.deaths - by_order > 1;
        return again ? ": it ends again and again" : ": it has ended already";
    }

    // Its state, in a word that does not contradict what is said of it then.
    void complain(const Seen& seen) {
        code_ = std::max(code_, 1);
        std::string name = shell_word(seen.name);
        std::string goal = meaning_.goal;
        std::string why = "; holdfast why " + name + " tells why";
        if (has_not_ended(seen)) {
            bool again = options_.verb == "restart";
            sys::write_all(STDOUT_FILENO, line(seen, "stopping"));
            warn(seen.name + " is not " + (again ? "restarted" : goal) + " yet: its " +
                 (again ? "old " : "") + "process (pid " + std::to_string(seen.pid()) +
                 ") has not ended" +
                 (options_.force ? why
                                 : "; holdfast " + options_.verb + " --force " + name +
                                       " kills it, and holdfast why " + name + " tells more"));
            return;
        }
        bool is_new = goal == "up" && seen.up();
        sys::write_all(STDOUT_FILENO, line(seen, is_new ? "starting" : state_word(seen)));
        warn(seen.name + " is not " + goal + (goal == "up" ? trouble_of(seen) : " yet") + why);
    }

    // They had their time: SIGKILL cannot be refused. What is new is not what should have ended.
    std::vector<Awaited> force(const std::vector<Awaited>& services,
                               const Condition& condition) const {
        bool any = false;
        for (const Awaited& each : services) {
            if (!has_not_ended(look_at(each.name, each.path))) continue;
            warn(each.name + " has not ended in time: it is killed now");
            send_letters(each, "k");
            any = true;
        }
        return any ? await(services, condition, std::chrono::seconds(5)) : services;
    }

    const OrderOptions& options_;
    Meaning meaning_;
    Before before_;
    std::vector<Awaited> reached_;
    int code_ = 0;
};

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
    return Ordering(options).run(awaited(folder, chosen(folder, options.names, options.all)));
}

}  // namespace hf::people
