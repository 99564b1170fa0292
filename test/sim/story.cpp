// SPDX-License-Identifier: MIT
#include "story.h"

#include <cerrno>
#include <csignal>
#include <map>

#include "chance.h"
#include "history.h"

namespace hf::test {

using namespace std::chrono_literals;
using core::Duration;

namespace {

void add_service(World& world, const std::string& name, bool has_log) {
    int directory = world.make_directory(name);
    if (has_log) world.set_log(directory, true);
    world.link(name, directory);
}

void kill_service(World& world, const std::string& name) {
    auto directory = world.find(name);
    auto living = directory ? world.living(*directory) : std::nullopt;
    if (living) world.end(*living, {core::ExitResult::Kind::signaled, SIGSEGV});
}

void svc(World& world, const std::string& name, const std::string& what) {
    if (auto directory = world.find(name)) world.write_letters(*directory, what);
}

void expect_process(World& world, const std::string& name, bool runs) {
    if (world.living(*world.find(name)).has_value() != runs)
        throw Violation{name + (runs ? " does not run" : " still runs")};
}

// Two services with a logger each; one crashes, early and late, and so does a logger.
Duration crashes(World& world) {
    add_service(world, "a", true);
    add_service(world, "b", false);
    world.plan(500ms, [&] { kill_service(world, "a"); });
    world.plan(3s, [&] { kill_service(world, "a"); });
    world.plan(4s, [&] { kill_service(world, "a/log"); });
    world.plan(6s, [&] { kill_service(world, "b"); });
    return 8s;
}

Duration commands(World& world) {
    add_service(world, "a", true);
    Duration at = 0s;
    for (const char* each : {"t", "d", "u", "p", "c", "o", "tu", "dx", "u", "k", "xu", "i"})
        world.plan(at += 1500ms, [&world, each] { svc(world, "a", each); });
    return at + 1s;
}

Duration links(World& world) {
    add_service(world, "a", true);
    add_service(world, "b", false);
    int a = *world.find("a");
    world.plan(2s, [&world] { world.unlink("a"); });
    world.plan(3s, [&world, a] { world.write_letters(a, "t"); });
    world.plan(5s, [&world, a] { world.link("c", a); });
    world.plan(7s, [&world, a] {
        world.unlink("c");
        world.link("d", a);
    });
    world.plan(8s, [&world] {
        world.unlink("b");
        world.link("b", world.make_directory("b'"));
    });
    world.plan(9s, [&world, a] { world.set_log(a, false); });
    world.plan(11s, [&world, a] { world.set_log(a, true); });
    return 12s;
}

// A name goes and comes back before what the engine could not follow at first is tried again.
Duration links_back(World& world) {
    add_service(world, "a", true);
    int a = *world.find("a");
    world.plan(2s, [&world, a] {
        world.unlink("a");
        world.link("c", a);
    });
    world.plan(3s, [&world, a] {
        world.unlink("c");
        world.link("a", a);
    });
    world.plan(10s, [&world] { svc(world, "a/log", "x"); });
    world.plan(11s, [&world] { kill_service(world, "a/log"); });
    return 20s;
}

Duration halt(World& world) {
    add_service(world, "a", true);
    add_service(world, "b", true);
    world.at(*world.find("b")).deaf = true;
    world.at(*world.find("b/log")).deaf = true;
    world.plan(2s, [&world] { world.halting = true; });
    return 60s;
}

// An exec that fails, and is mended.
Duration broken(World& world) {
    add_service(world, "a", true);
    world.at(*world.find("a")).start_error = ENOENT;
    world.at(*world.find("a/log")).start_error = EACCES;
    world.plan(3s, [&world] { world.at(*world.find("a/log")).start_error = 0; });
    world.plan(5s, [&world] { world.at(*world.find("a")).start_error = 0; });
    return 6s;
}

// A log comes back while the logger that was there before still reads.
Duration logs(World& world) {
    add_service(world, "a", true);
    int a = *world.find("a");
    world.at(*world.find("a/log")).deaf = true;
    world.plan(2s, [&world, a] { world.set_log(a, false); });
    world.plan(3s, [&world] { kill_service(world, "a"); });
    world.plan(4s, [&world, a] { world.set_log(a, true); });
    world.plan(5s, [&world] { kill_service(world, "a"); });
    return 8s;
}

// Rules are set, changed and taken back while a service is told to stop and does not. What is new
// is seen at the next order.
Duration rules(World& world) {
    add_service(world, "a", false);
    add_service(world, "b", false);
    for (const char* name : {"a", "b"}) world.at(*world.find(name)).deaf = true;
    auto set = [&world](const char* name, std::optional<Duration> stop_timeout) {
        world.edit_rules(*world.find(name), {.stop_timeout = stop_timeout});
        svc(world, name, "c");
    };
    set("a", 20s);
    // A call that fails is tried again within five seconds.
    for (const char* name : {"a", "b"}) world.plan(8s, [&world, name] { svc(world, name, "d"); });
    world.plan(9s, [set] { set("a", std::nullopt); });
    world.plan(15s, [&world] { svc(world, "a", "c"); });  // a crash may have lost the first
    world.plan(40s, [&world] { expect_process(world, "a", true); });
    world.plan(40s, [set] { set("b", 1s); });
    world.plan(41s, [&world] { svc(world, "b", "d"); });
    world.plan(50s, [&world] { expect_process(world, "b", false); });
    return 51s;
}

// A file that was never right: it waits, and goes on as soon as that is mended. One that was right
// once: it goes on by that. And one that comes, goes wrong and goes.
Duration files(World& world) {
    for (const char* name : {"a", "b", "c"}) add_service(world, name, false);
    auto edit = [&world](const char* name, bool is_right) {
        return [&world, name, is_right] {
            world.edit_rules(*world.find(name), {.stop_timeout = 3s}, is_right);
        };
    };
    auto kill_and_expect = [&world](Duration at, const char* name, bool runs) {
        world.plan(at, [&world, name] { kill_service(world, name); });
        world.plan(at + 15s, [&world, name, runs] { expect_process(world, name, runs); });
    };
    edit("a", false)();
    edit("b", true)();
    world.plan(10s, [&world] { expect_process(world, "a", false); });
    world.plan(20s, edit("a", true));
    for (Duration at : {21s, 26s}) world.plan(at, [&world] { svc(world, "a", "u"); });
    world.plan(40s, [&world] { expect_process(world, "a", true); });
    world.plan(20s, edit("b", false));
    kill_and_expect(21s, "b", true);
    world.plan(40s, edit("c", false));
    kill_and_expect(41s, "c", false);
    world.plan(60s, [&world] { world.remove_rules(*world.find("c")); });
    for (Duration at : {61s, 66s}) world.plan(at, [&world] { svc(world, "c", "u"); });
    world.plan(80s, [&world] { expect_process(world, "c", true); });
    return 81s;
}

// A chain: each starts behind the one before, which says when it is ready. The first crashes, and
// then everything stops.
void add_chain(World& world, core::NeedsLost lost) {
    const core::Rules rules{.says_ready = true, .ready_fd = 3, .needs_lost = lost};
    const core::Rules notifies{.says_ready = true, .notifies = true, .needs_lost = lost};
    add_service(world, "a", true);
    add_service(world, "b", false);
    add_service(world, "c", false);
    world.edit_rules(*world.find("a"), rules);
    world.edit_rules(*world.find("b"), notifies, true, {.needs = {"a"}});
    world.edit_rules(*world.find("c"), rules, true, {.needs = {"b"}, .wants = {"nothing"}});
}

Duration chain(World& world) {
    add_chain(world, core::NeedsLost::stop);
    world.plan(25s, [&world] { expect_process(world, "c", true); });
    world.plan(30s, [&world] { kill_service(world, "a"); });
    world.plan(55s, [&world] { expect_process(world, "c", true); });
    world.plan(60s, [&world] { world.halting = true; });
    world.plan(85s, [&world] {
        if (world.halting) throw Violation{"it does not halt"};
    });
    return 86s;
}

// A need is lost and comes back, and whoever went on without it is replaced.
Duration chain_restarts(World& world) {
    add_chain(world, core::NeedsLost::restart);
    for (Duration at : {25s, 31s}) world.plan(at, [&world] { svc(world, "a", "d"); });
    world.plan(45s, [&world] { expect_process(world, "c", true); });
    for (Duration at : {46s, 52s}) world.plan(at, [&world] { svc(world, "a", "u"); });
    world.plan(75s, [&world] { expect_process(world, "b", true); });
    world.plan(75s, [&world] { expect_process(world, "c", true); });
    return 76s;
}

// Down by its directory, pulled up by a oneshot that needs it, let go when that is done; and what
// needs the oneshot starts then.
Duration oneshot(World& world) {
    for (const char* name : {"a", "b", "c"}) add_service(world, name, false);
    world.at(*world.find("a")).normally_down = true;
    world.at(*world.find("b")).short_lived = true;
    world.edit_rules(*world.find("b"), {.restart = core::Restart::on_failure, .oneshot = true},
                     true, {.needs = {"a"}});
    world.edit_rules(*world.find("c"), {}, true, {.needs = {"b"}});
    world.plan(100s, [&world] { expect_process(world, "a", false); });
    world.plan(100s, [&world] { expect_process(world, "c", true); });
    return 101s;
}

// What a logger cannot read, as its file was never right, is not waited for.
Duration halt_shut(World& world) {
    for (const char* name : {"a", "b"}) {
        add_service(world, name, true);
        world.edit_rules(*world.find(std::string(name) + "/log"), {}, false);
    }
    world.plan(10s, [&world] { world.unlink("b"); });
    world.plan(11s, [&world] { world.halting = true; });
    world.plan(40s, [&world] {
        if (world.halting) throw Violation{"it does not halt"};
    });
    return 41s;
}

// What ends is followed by its finish command, which sometimes hangs; then comes the next start, if
// one is wanted then.
Duration finishes(World& world) {
    for (const char* name : {"a", "b"}) {
        add_service(world, name, name[0] == 'a');
        world.edit_rules(*world.find(name),
                         {.stop_timeout = 2s, .finish = 1, .finish_timeout = 1s});
    }
    world.at(*world.find("a")).short_lived = true;
    world.plan(2s, [&world] { kill_service(world, "b"); });
    for (Duration at : {8s, 14s}) world.plan(at, [&world] { svc(world, "b", "d"); });
    world.plan(25s, [&world] { expect_process(world, "b", false); });
    for (Duration at : {26s, 32s}) world.plan(at, [&world] { svc(world, "b", "u"); });
    world.plan(40s, [&world] { world.halting = true; });
    return 60s;
}

// A command runs before the signal, when it is ordered down, restarted and when everything stops.
Duration stop_commands(World& world) {
    const core::Rules rules{.has_stop_command = true,
                            .stop_signal = signal_after_command,
                            .stop_timeout = stop_command_limit,
                            .shutdown_timeout = stop_command_limit};
    for (const char* name : {"a", "b"}) {
        add_service(world, name, name[0] == 'a');
        world.edit_rules(*world.find(name), rules);
    }
    world.at(*world.find("b")).deaf = true;
    for (Duration at : {2s, 9s}) world.plan(at, [&world] { svc(world, "a", "r"); });
    for (Duration at : {3s, 10s}) world.plan(at, [&world] { svc(world, "b", "d"); });
    world.plan(30s, [&world] { expect_process(world, "a", true); });
    world.plan(30s, [&world] { expect_process(world, "b", false); });
    for (Duration at : {31s, 37s}) world.plan(at, [&world] { svc(world, "b", "u"); });
    world.plan(45s, [&world] { world.halting = true; });
    return 60s;
}

// The guardian is killed; what lives is adopted, and dies in the arms of the next.
Duration orphans(World& world) {
    add_service(world, "a", true);
    add_service(world, "b", false);
    world.plan(2s, [&world] { world.guardian_dies = true; });
    world.plan(4s, [&world] { kill_service(world, "a"); });
    world.plan(6s, [&world] { svc(world, "b", "t"); });
    world.plan(8s, [&world] { world.leaving = true; });
    world.plan(12s, [&world] { svc(world, "b", "t"); });
    return 14s;
}

// It runs when it is told to, and no more. An order is lost with the engine that has read it.
Duration once(World& world) {
    add_service(world, "a", false);
    Directory& a = world.at(*world.find("a"));
    a.normally_down = a.short_lived = true;
    for (Duration at : {2s, 8s, 12s}) world.plan(at, [&world] { svc(world, "a", "o"); });
    return 14s;
}

// What `svscan --main a` is there for, beside a service that goes on for ever.
void add_main(World& world) {
    add_service(world, "a", true);
    add_service(world, "b", true);
    world.main_service = "a";
}

Duration main_exits(World& world) {
    add_main(world);
    world.at(*world.find("a")).short_lived = true;
    return 60s;
}

Duration main_killed(World& world) {
    add_main(world);
    for (Duration at : {2s, 8s}) world.plan(at, [&world] { kill_service(world, "a"); });
    return 60s;
}

// An order is lost with the engine that has read it.
Duration main_stopped(World& world) {
    add_main(world);
    for (Duration at : {2s, 8s}) world.plan(at, [&world] { svc(world, "a", "d"); });
    return 60s;
}

// Its program is not there.
Duration main_missing(World& world) {
    add_main(world);
    world.at(*world.find("a")).start_error = ENOENT;
    return 60s;
}

// The next svscan adopts it, and hears of its end what the kernel tells.
Duration main_adopted(World& world) {
    add_main(world);
    world.plan(2s, [&world] { world.guardian_dies = true; });
    for (Duration at : {5s, 8s, 30s}) world.plan(at, [&world] { kill_service(world, "a"); });
    return 60s;
}

const std::map<std::string, Duration (*)(World&)> stories{
    {"broken", broken},
    {"chain", chain},
    {"chain-restarts", chain_restarts},
    {"crashes", crashes},
    {"files", files},
    {"finishes", finishes},
    {"halt", halt},
    {"halt-shut", halt_shut},
    {"links", links},
    {"links-back", links_back},
    {"logs", logs},
    {"main-adopted", main_adopted},
    {"main-exits", main_exits},
    {"main-killed", main_killed},
    {"main-missing", main_missing},
    {"main-stopped", main_stopped},
    {"once", once},
    {"oneshot", oneshot},
    {"orders", commands},
    {"orphans", orphans},
    {"rules", rules},
    {"stop-commands", stop_commands},
};

}  // namespace

std::vector<std::string> scenarios() {
    std::vector<std::string> names;
    for (const auto& [name, story] : stories) names.push_back(name);
    return names;
}

std::unique_ptr<Story> tell_story(World& world, const std::string& name,
                                  const std::function<void()>& calm) {
    auto story = stories.find(name);
    if (story == stories.end()) return told_by_chance(world, calm);
    world.plan(story->second(world), calm);
    return nullptr;
}

}  // namespace hf::test
