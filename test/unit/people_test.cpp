// SPDX-License-Identifier: MIT
// What can be read from a run script without running it, and the words that people get.
#include <gtest/gtest.h>

#include "people/look/launch.h"
#include "people/look/words.h"
#include "people/recipe.h"
#include "people/suggest.h"
#include "people/table.h"
#include "people/times.h"
#include "people/top/view.h"
#include "people/why/symptoms.h"

using namespace hf::people;
using namespace std::chrono_literals;

namespace {

std::string words_of(const Launch& launch) {
    std::string text;
    for (const Word& word : launch.words)
        text += (text.empty() ? "" : "|") + (word.known ? word.text : "?");
    return text;
}

Launch launch(const std::string& script) {
    auto found = launch_of(parse_script(script));
    EXPECT_TRUE(found);
    return found.value_or(Launch{});
}

TEST(Script, OfTheStory) {
    Launch app = launch(
        "#!/bin/bash\n"
        "USER=\"www-data\"\n"
        "VM=/usr/bin/squeak\n"
        "VM_PARAMS=\"-mmap 256m -vm-sound-null\"  # no sound\n"
        "IMAGE=\"./seaside.image\"\n"
        "exec 2>&1\n"
        "exec setuidgid \"$USER\" \"$VM\" $VM_PARAMS \"$IMAGE\"\n");
    EXPECT_EQ(words_of(app), "/usr/bin/squeak|-mmap|256m|-vm-sound-null|./seaside.image");
    EXPECT_EQ(app.user->text, "www-data");
    EXPECT_EQ(app.line, 7);
    EXPECT_TRUE(app.exec);
}

TEST(Script, Wrappers) {
    Launch app = launch(
        "#!/bin/sh\ncd web\nexec envdir ./env setlock -nX lock softlimit -m 1000 -o50 "
        "nice -n 5 env -i A=b PATH=/bin chpst -u www:www fghack ./server --port 80 >/dev/null 2>&1 "
        "&\n");
    EXPECT_EQ(words_of(app), "./server|--port|80");
    EXPECT_EQ(app.env_dirs[0].text, "./env");
    EXPECT_EQ(app.memory, 1000U);
    EXPECT_EQ(app.descriptors, 50U);
    EXPECT_EQ(app.user->text, "www");
    EXPECT_EQ(app.directory.text, "web");
    EXPECT_TRUE(app.background);
    EXPECT_TRUE(app.waits_for_background);
}

TEST(Script, UnknownIsUnknown) {
    EXPECT_EQ(words_of(launch("#!/bin/sh\nexec $HOME/server `cat x` $(a b) ${1:-2} *.c ${N:-7}\n")),
              "?|?|?|2|?|7");
    EXPECT_FALSE(launch_of(parse_script("#!/bin/sh\nif a; then\n  b\nfi\n")));
    EXPECT_FALSE(launch_of(parse_script("#!/usr/bin/python3\nimport os\n")));
    EXPECT_FALSE(launch_of(parse_script("")));
}

TEST(Script, LinesCountAcrossContinuations) {
    EXPECT_EQ(launch("#!/bin/sh\n# a comment\n\nA=1 \\\n  B=2\nexec ./x\n").line, 6);
}

TEST(Script, SettingsInBranchesAreNotKnown) {
    Script script = parse_script("#!/bin/sh\nPORT=1\nif x; then PORT=2; fi\nexec y $PORT\n");
    EXPECT_EQ(setting(script, "PORT"), "");
}

TEST(Script, EndsWhateverIsInIt) {
    for (const char* text : {"#!/bin/sh\n\"", "#!/bin/sh\n'", "#!/bin/sh\n$(", "#!/bin/sh\n${",
                             "#!/bin/sh\n\\", "#!/bin/sh\n<<E\n", "#!", "#!/bin/sh\n`", "\n>"})
        parse_script(text);
}

TEST(Port, IsFoundWhereItIsUsuallySaid) {
    auto port = [](const std::string& text) {
        Script script = parse_script("#!/bin/sh\n" + text + "\n");
        return port_of(script, launch_of(script));
    };
    EXPECT_EQ(port("PORT=8080\nexec ./x"), 8080);
    EXPECT_EQ(port("exec ./x --port 81"), 81);
    EXPECT_EQ(port("exec ./x --server.port=82"), 82);
    EXPECT_EQ(port("exec gunicorn -b 0.0.0.0:83 app"), 83);
    EXPECT_EQ(port("exec python3 -m http.server 84"), 84);
    EXPECT_EQ(port("exec ./x --port 99999"), 0);
    EXPECT_EQ(port("exec ./x 2026"), 0);
    EXPECT_EQ(port("exec mkdir -p /a"), 0);
}

TEST(Log, Folder) {
    EXPECT_EQ(log_folder(launch("#!/bin/sh\nexec setuidgid log multilog t s9 ./main\n")), "./main");
    EXPECT_EQ(log_folder(launch("#!/bin/sh\nexec multilog t '-*' '+*x*' /var/log/x\n")),
              "/var/log/x");
    EXPECT_FALSE(log_folder(launch("#!/bin/sh\nexec cat\n")));
}

TEST(Words, Durations) {
    EXPECT_EQ(duration_words(1s), "1 second");
    EXPECT_EQ(duration_words(7500s), "2 hours 5 minutes");
    EXPECT_EQ(duration_short(7500s), "2h05m");
    EXPECT_EQ(size_words(3 << 20), "3.0 MB");
}

TEST(Words, Quoting) {
    EXPECT_EQ(shell_word("/srv/web"), "/srv/web");
    EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
    EXPECT_EQ(shell_word(""), "''");
}

TEST(Words, Signals) {
    EXPECT_EQ(signal_number("term"), 15);
    EXPECT_EQ(signal_number("SIGHUP"), 1);
    EXPECT_EQ(signal_number("9"), 9);
    EXPECT_EQ(signal_number("nosuch"), 0);
    EXPECT_EQ(signal_number(""), 0);
}

TEST(Symptom, InManyTongues) {
    EXPECT_EQ(symptom_of("OSError: [Errno 98] Address already in use"), Symptom::port_taken);
    EXPECT_EQ(symptom_of("Error: listen EADDRINUSE: address already in use :::8080"),
              Symptom::port_taken);
    EXPECT_EQ(symptom_of("bind() to 0.0.0.0:80 failed (13: Permission denied)"),
              Symptom::port_privileged);
    EXPECT_EQ(symptom_of("open x: Permission denied"), Symptom::permission);
    EXPECT_EQ(symptom_of("java.lang.OutOfMemoryError"), Symptom::no_memory);
    EXPECT_EQ(symptom_of("all is well"), Symptom::none);
    EXPECT_EQ(port_named_in("listen EADDRINUSE :::8080"), 8080U);
}

TEST(Symptom, FilesThatALineNames) {
    using Names = std::vector<std::string>;
    EXPECT_EQ(files_named_in("cat: /etc/shadow: Permission denied"), Names{"/etc/shadow"});
    EXPECT_EQ(files_named_in("sh: 1: cannot create data: Permission denied"), Names{"data"});
    EXPECT_EQ(files_named_in("PermissionError: [Errno 13] Permission denied: 'a b'"), Names{"a b"});
    EXPECT_EQ(files_named_in("Error: ENOENT: no such file or directory, open './conf.json'"),
              Names{"./conf.json"});
    EXPECT_EQ(files_named_in("java.io.FileNotFoundException: /x/y.jar (Permission denied)"),
              Names{"/x/y.jar"});
    EXPECT_EQ(files_named_in("open() \"/var/log/error.log\" failed (13: Permission denied)"),
              Names{"/var/log/error.log"});
    EXPECT_EQ(files_named_in("all is well"), Names{});
}

TEST(Times, AsPeopleWriteThem) {
    constexpr long now = 1700000000;  // 2023-11-14 22:13:20 UTC
    auto seconds = [](const char* text) {
        auto time = time_from(text, now, true);
        return time ? static_cast<long>(time->seconds - hf::format::tai64_epoch) : -1;
    };
    EXPECT_EQ(seconds("10m"), now - 600);
    EXPECT_EQ(seconds("2d"), now - 2 * 86400);
    EXPECT_EQ(seconds("22:13"), now - 20);
    EXPECT_EQ(seconds("2023-11-14"), now - 80000);
    EXPECT_EQ(seconds("2023-11-14T22:13:20"), now);
    EXPECT_EQ(seconds("@400000006553f10a00000000"), now);
    EXPECT_EQ(seconds("2024-02-29"), 1709164800);
    for (const char* text : {"", "m", "10", "10x", "2023-13-01", "noon", "22:13 tomorrow",
                             "2023-02-29", "2023-04-31 10:00"})
        EXPECT_EQ(seconds(text), -1) << text;
    EXPECT_EQ(time_text({hf::format::tai64_epoch + now, 1500}, true), "2023-11-14 22:13:20.000001");
}

TEST(Recipe, Sizes) {
    EXPECT_EQ(size_from("256M"), 256U << 20U);
    EXPECT_EQ(size_from("1g"), 1U << 30U);
    EXPECT_EQ(size_from("4096"), 4096U);
    for (const char* text : {"", "M", "-1", "1.5G", "0", "99999999999T"})
        EXPECT_FALSE(size_from(text)) << text;
}

TEST(Recipe, QuotesWhatTheShellWouldTakeApart) {
    Recipe recipe;
    recipe.name = "web";
    recipe.command = {"./server", "two words", "$HOME"};
    recipe.environment = {"A=it's"};
    Launch made = launch(run_script(recipe));
    EXPECT_EQ(words_of(made), "./server|two words|$HOME");
    EXPECT_EQ(setting(parse_script(run_script(recipe)), "A"), "it's");
}

TEST(Table, HasNoBlanksAtTheEnds) {
    EXPECT_EQ(table({{{"A", ""}, {"B", ""}}, {{"long", ""}, {"", ""}}}), "A     B\nlong\n");
}

TEST(Table, FitsOnTheScreen) {
    Rows rows{{{"A", ""}, {"B", ""}, {"C", ""}}, {{"one", "\033[1m"}, {"-", ""}, {"zwölf", ""}}};
    EXPECT_EQ(table_within(rows, 13), "A    B  C\n\033[1mone\033[0m  -  zwölf\n");
    EXPECT_EQ(table_within(rows, 10), "A    C\n\033[1mone\033[0m  zwölf\n");
    EXPECT_EQ(table_within(rows, 8), "A    C\n\033[1mone\033[0m  zwö\n");
    EXPECT_EQ(table_within(rows, 2), "A\n\033[1mon\033[0m\n");
    EXPECT_EQ(table_within({}, 10), "");
}

Glance glance_of(const std::string& name, std::uint64_t memory) {
    Glance glance;
    glance.seen.name = name;
    glance.seen.supervised = true;
    glance.seen.status = hf::format::ClassicStatus{{}, 7, false, 'u'};
    glance.memory = memory;
    return glance;
}

TEST(TopView, TheBarStaysOnItsService) {
    TopView view;
    view.take({glance_of("a", 1), glance_of("b", 2), glance_of("c", 3)}, 1s);
    view.move(1);
    EXPECT_EQ(view.chosen()->seen.name, "b");
    view.take({glance_of("a", 1), glance_of("aa", 9), glance_of("b", 2)}, 2s);
    EXPECT_EQ(view.chosen()->seen.name, "b");
    view.sort_by(Sorting::memory);
    EXPECT_EQ(view.chosen()->seen.name, "aa");
    view.move(-5);
    EXPECT_EQ(view.chosen()->seen.name, "aa");
    view.move(99);
    EXPECT_EQ(view.chosen()->seen.name, "a");
    view.take({}, 3s);
    EXPECT_EQ(view.chosen(), nullptr);
}

TEST(TopView, FitsAScreen) {
    TopView view;
    std::vector<Glance> many;
    for (int i = 0; i < 100; ++i) many.push_back(glance_of("s" + std::to_string(100 + i), 0));
    view.take(many, 1s);
    view.move(60);
    auto lines = view.lines(24, 80, "message");
    ASSERT_EQ(lines.size(), 24U);
    EXPECT_EQ(lines[21].look, Look::bar);
    EXPECT_EQ(lines[22].text, "message");
    for (const ScreenLine& line : lines) EXPECT_LE(line.text.size(), 80U);
    for (size_t rows : {0U, 1U, 3U, 4U, 5U}) view.lines(rows, 10, "");
}

TEST(Suggestion, IsNearOrNothing) {
    EXPECT_EQ(suggestion("wyh", {"why", "wait"}), "why");
    EXPECT_EQ(suggestion("stat", {"status", "start"}), "status");
    EXPECT_EQ(suggestion("xyzzy", {"why", "wait"}), "");
}

}  // namespace
