// SPDX-License-Identifier: MIT
#include "config/conflicts.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <initializer_list>

#include "format/process_rules.h"

namespace hf::config {

namespace {

class Search {
  public:
    Search(std::span<const Setting> settings, const Surroundings& surroundings)
        : settings_(settings), surroundings_(surroundings) {}

    std::vector<Fault> faults() {
        readiness();
        companions();
        exclusions();
        delays();
        names();
        return std::move(faults_);
    }

  private:
    const Setting* find(std::string_view key) const {
        const auto found = std::ranges::find(settings_, key, &Setting::key);
        return found == settings_.end() ? nullptr : &*found;
    }

    bool is(std::string_view key, std::string_view value) const {
        const Setting* setting = find(key);
        return setting != nullptr && !setting->values.empty() && setting->values.front() == value;
    }

    // The time that a key says, or its default, in nanoseconds.
    long time(std::string_view key, std::chrono::nanoseconds otherwise) const {
        long value = otherwise.count();
        const Setting* setting = find(key);
        if (setting != nullptr && !setting->values.empty()) {
            const std::string& text = setting->values.front();
            std::from_chars(text.data(), text.data() + text.size(), value);
        }
        return value;
    }

    // "stop.timeout" is "[stop] timeout" for people.
    static std::string label(std::string_view key) {
        const size_t dot = key.find('.');
        if (dot == key.npos) return std::string(key);
        return "[" + std::string(key.substr(0, dot)) + "] " + std::string(key.substr(dot + 1));
    }

    void complain(const Setting& setting, const std::string& text) {
        faults_.push_back({setting.at, label(setting.key) + ": " + text});
    }

    // Each way of being ready has a key of its own, and no other.
    void readiness() {
        for (std::string_view way : {"fd", "check", "log"}) {
            const Setting* details = find("ready." + std::string(way));
            if (details != nullptr && !is("ready.by", way))
                complain(*details, "has no effect without by = \"" + std::string(way) + "\"");
            if (details == nullptr && way != "fd" && is("ready.by", way))
                complain(*find("ready.by"),
                         "\"" + std::string(way) + "\" needs the key " + std::string(way));
        }
        const Setting* fd = find("ready.fd");
        if (fd == nullptr) return;
        if (is("ready.fd", "2")) complain(*fd, "2 is for error messages: take 3");
        if (is("ready.fd", "1") && surroundings_.has_log)
            complain(*fd, "1 is the output, which goes to the log: take 3");
    }

    // Keys that mean nothing without another.
    void companions() {
        constexpr std::array<std::array<std::string_view, 2>, 6> pairs{{
            {"needs_lost", "needs"},
            {"restart.spread", "restart.at"},
            {"restart.min_age", "restart.at"},
            {"finish.arguments", "finish.command"},
            {"finish.timeout", "finish.command"},
            {"ready.timeout", "ready.by"},
        }};
        for (const auto& [key, other] : pairs) {
            const Setting* setting = find(key);
            if (setting != nullptr && find(other) == nullptr)
                complain(*setting, "has no effect without the key " + std::string(bare(other)));
        }
        const Setting* wait = find("wants_wait");
        if (wait != nullptr && find("wants") == nullptr && find("after") == nullptr)
            complain(*wait, "has no effect without the key wants or after");
    }

    static std::string_view bare(std::string_view key) {
        return key.substr(key.find('.') == key.npos ? 0 : key.find('.') + 1);
    }

    void exclusions() {
        const Setting* signal = find("stop.signal");
        if (signal != nullptr && find("stop.steps") != nullptr)
            complain(*signal, "steps says already which signals are sent: remove one of the two");
        if (is("restart.when", "never")) {
            exclude({"restart.good", "restart.stop_on", "restart.give_up"},
                    "has no effect with when = \"never\"");
        }
        if (is("type", "oneshot")) {
            exclude({"ready.by", "restart.at", "restart.when"},
                    "has no effect on a oneshot, which runs until it has succeeded");
        }
    }

    void exclude(std::initializer_list<std::string_view> keys, const std::string& why) {
        for (std::string_view key : keys) {
            if (const Setting* setting = find(key)) complain(*setting, why);
        }
    }

    void delays() {
        constexpr std::chrono::seconds daemontools(1);
        const Setting* delay = find("restart.delay");
        const Setting* most = find("restart.max_delay");
        if (delay != nullptr && time("restart.delay", daemontools) < shortest_delay.count())
            complain(
                *delay,
                "must be at least 10ms: a service that cannot run would keep the machine busy");
        const long least = time("restart.delay", daemontools);
        if (most != nullptr && time("restart.max_delay", std::chrono::nanoseconds(least)) < least)
            complain(*most, delay != nullptr ? "must not be shorter than delay"
                                             : "must not be shorter than delay, which is 1s");
    }

    void names() {
        constexpr std::array<std::string_view, 3> lists{"needs", "wants", "after"};
        for (size_t i = 0; i < lists.size(); ++i) {
            const Setting* list = find(lists[i]);
            if (list == nullptr) continue;
            for (const std::string& name : list->values) {
                const std::string whom = format::expanded(name, surroundings_.name);
                if (!surroundings_.name.empty() && whom == surroundings_.name)
                    complain(*list, "a service cannot wait for itself");
                for (size_t j = 0; j < i; ++j) {
                    const Setting* other = find(lists[j]);
                    if (other != nullptr && std::ranges::count(other->values, name) != 0)
                        complain(*list,
                                 name + " is in " + std::string(lists[j]) + ", too: name it once");
                }
            }
        }
    }

    static constexpr std::chrono::nanoseconds shortest_delay = std::chrono::milliseconds(10);
    std::span<const Setting> settings_;
    const Surroundings& surroundings_;
    std::vector<Fault> faults_;
};

}  // namespace

std::vector<Fault> conflicts(std::span<const Setting> settings, const Surroundings& surroundings) {
    return Search(settings, surroundings).faults();
}

}  // namespace hf::config
