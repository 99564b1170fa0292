// SPDX-License-Identifier: MIT
// What can be read from a run script without running it.
#include <gtest/gtest.h>

#include "diagnose/foreground.h"
#include "launched.h"

using namespace hf::inspect;
using namespace hf::test;

namespace {

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
    EXPECT_EQ(app.memory->value, 1000U);
    EXPECT_EQ(app.descriptors->value, 50U);
    EXPECT_EQ(app.user->text, "www");
    EXPECT_EQ(app.directory.text, "web");
    EXPECT_TRUE(app.background);
    EXPECT_TRUE(app.waits_for_background);
}

TEST(Script, Limits) {
    Launch app = launch(
        "#!/bin/sh\nulimit -v 1000\nulimit -Su 20; ulimit -n 64\n"
        "exec softlimit -a 2048000 -p 30 ./server\n");
    EXPECT_EQ(app.memory->value, 1024000U);
    EXPECT_EQ(app.memory->option, "ulimit -v");
    EXPECT_EQ(app.memory->line, 2);
    EXPECT_EQ(app.address_space->value, 1024000U);
    EXPECT_EQ(app.processes->value, 20U);
    EXPECT_EQ(app.processes->option, "ulimit -u");
    EXPECT_EQ(app.descriptors->option, "ulimit -n");
    Launch other = launch("#!/bin/bash\nulimit -p 8\nulimit -n\nexec softlimit -d 5 -p 9 ./x\n");
    EXPECT_EQ(other.processes->option, "softlimit -p");
    EXPECT_EQ(other.memory->option, "softlimit -d");
    EXPECT_FALSE(other.address_space);
    EXPECT_FALSE(other.descriptors);
    EXPECT_FALSE(launch("#!/bin/sh\n[ -x y ] && ulimit -v 9\nexec ./x\n").memory);
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
    EXPECT_EQ(log_directory(launch("#!/bin/sh\nexec setuidgid log multilog t s9 ./main\n")),
              "./main");
    EXPECT_EQ(log_directory(launch("#!/bin/sh\nexec multilog t '-*' '+*x*' /var/log/x\n")),
              "/var/log/x");
    EXPECT_FALSE(log_directory(launch("#!/bin/sh\nexec cat\n")));
}

TEST(Script, ReadsOnAfterADocument) {
    EXPECT_EQ(
        words_of(launch("#!/bin/sh\ncat >x <<A <<-'B' \nexec no\r\nA\n\tB\nexec ./yes &>log\n")),
        "./yes");
    EXPECT_EQ(launch("#!/bin/sh\ncat <<A\n1\n2\nA\nexec ./x\n").line, 6);
    EXPECT_EQ(parse_script("#!/bin/sh\nx <<A\na\r\nA\ny 'b\r\n' \nz\n").crlf_line, 0);
    EXPECT_EQ(parse_script("#!/bin/sh\nx\ny\r\nz\n").crlf_line, 3);
}

TEST(Script, WhereItsOutputGoes) {
    EXPECT_EQ(launch("#!/bin/sh\nexec >>/var/log/x 2>&1\nexec ./x\n").output.text, "/var/log/x");
    EXPECT_EQ(launch("#!/bin/sh\nexec 2>&1\nexec ./x >y 3>&- z\n").output.text, "y");
    EXPECT_EQ(words_of(launch("#!/bin/sh\nexec ./x 3>&- z\n")), "./x|z");
    EXPECT_EQ(launch("#!/bin/sh\nexec 2>&1 ./x\n").output.text, "");
}

TEST(Script, WhoChangesTheUser) {
    auto user = [](const std::string& command) {
        Launch found = launch("#!/bin/sh\nexec " + command + "\n");
        return (found.user ? found.user->text : "-") + (found.with_groups ? "+ " : " ") +
               words_of(found);
    };
    EXPECT_EQ(user("setuidgid www ./x"), "www ./x");
    EXPECT_EQ(user("setuidgid -s www ./x"), "www+ ./x");
    EXPECT_EQ(user("gosu www ./x"), "www+ ./x");
    EXPECT_EQ(user("gosu www:adm ./x"), "www ./x");
    EXPECT_EQ(user("chpst -u www:adm:ssl -o 20 ./x"), "www ./x");
    EXPECT_EQ(user("su -s /bin/sh -c 'exec ./x -y' www"), "www+ ./x|-y");
    EXPECT_EQ(user("su - www -c ./x"), "www+ ./x");
    EXPECT_EQ(user("runuser -u www -- ./x -u y"), "www+ ./x|-u|y");
    EXPECT_EQ(user("sudo -E -u www ./x"), "www+ ./x");
    EXPECT_EQ(user("setpriv --reuid=www --regid 33 --init-groups ./x"), "www+ ./x");
}

TEST(Script, TheToolsThatItCalls) {
    Launch app = launch("#!/bin/sh\nexec env - PATH=/a:/b chpst -u x nice -n 3 ./y\n");
    EXPECT_EQ(app.tools, (std::vector<std::string>{"env", "chpst", "nice"}));
    EXPECT_EQ(app.search_path.text, "/a:/b");
}

TEST(Script, WhatItMakes) {
    EXPECT_EQ(launch("#!/bin/sh\nmkdir -p a/b\ncd a/b\nexec ./x\n").made,
              (std::vector<std::string>{"-p", "a/b"}));
    EXPECT_FALSE(launch("#!/bin/sh\n[ -d a ] || mkdir a\nexec ./x\n").may_make_anything);
    EXPECT_TRUE(launch("#!/bin/sh\n./build\nexec ./x\n").may_make_anything);
}

TEST(Port, OfAClientIsThatOfAnotherMachine) {
    auto port = [](const std::string& text) {
        Script script = parse_script("#!/bin/sh\nexec " + text + "\n");
        return port_of(script, launch_of(script));
    };
    EXPECT_EQ(port("./x --host broker.example.org --port 1883"), 0);
    EXPECT_EQ(port("./x --host=db1 --port=1883"), 0);
    EXPECT_EQ(port("ssh -N -p 2222 me@host"), 0);
    EXPECT_EQ(port("./x --host 0.0.0.0 --port 84"), 84);
    EXPECT_EQ(port("./x --host localhost --port 84"), 84);
    EXPECT_EQ(port("./x --host :: -p 84"), 84);
}

TEST(Server, StaysInTheForeground) {
    auto option = [](const std::string& command) {
        return hf::diagnose::foreground_option(launch("#!/bin/sh\nexec " + command + "\n"));
    };
    EXPECT_EQ(option("/usr/sbin/nginx"), "nginx -g 'daemon off;'");
    EXPECT_EQ(option("setuidgid redis redis-server /etc/redis/redis.conf"),
              "redis-server ... --daemonize no");
    EXPECT_EQ(option("./unknown"), "");
    for (const char* each :
         {"apache2", "memcached", "sshd",    "named",    "dnsmasq", "haproxy",   "lighttpd",
          "vsftpd",  "slapd",     "cron",    "rsyslogd", "pg_ctl",  "mysqld",    "squid",
          "proftpd", "dovecot",   "postfix", "unbound",  "chronyd", "php-fpm8.2"})
        EXPECT_NE(option(each), "") << each;
}

TEST(Script, OptionsMeanWhatTheirToolMeans) {
    Launch app = launch("#!/bin/sh\nexec stdbuf -oL -eL tini -e 143 ionice -u 7 ./x\n");
    EXPECT_TRUE(app.env_dirs.empty());
    EXPECT_FALSE(app.user);
    EXPECT_FALSE(app.descriptors);
    EXPECT_EQ(words_of(app), "./x");
    EXPECT_EQ(words_of(launch("#!/bin/bash\nexec -cl -a shop flock -n lock ./x -a\n")), "./x|-a");
}

TEST(Script, AFunctionIsNoProgram) {
    EXPECT_FALSE(launch_of(parse_script("#!/bin/sh\nmain() {\n  exec ./x\n}\nmain\n")));
    EXPECT_EQ(words_of(launch("#!/bin/sh\nfail() { exit 1; }\nexec ./x\n")), "./x");
}

TEST(Script, AVariableWithAValueOfItsOwn) {
    EXPECT_EQ(words_of(launch("#!/bin/sh\n: ${A:=./x}\nexec $A\n")), "./x");
    EXPECT_EQ(words_of(launch("#!/bin/sh\nA=./y\n: ${A:=./x}\nexec $A\n")), "./y");
}

TEST(Script, WhoIsInTheBackground) {
    auto background = [](const std::string& text) {
        return launch("#!/bin/sh\n" + text + "\n").background;
    };
    EXPECT_TRUE(background("./x &"));
    EXPECT_TRUE(background("{ ./x; } &"));
    EXPECT_TRUE(background("(cd y && ./x) &"));
    EXPECT_TRUE(background("./x &\ndisown"));
    EXPECT_FALSE(background("./x &\nwait"));
    EXPECT_FALSE(background("./x &\nexec ./y"));
}

TEST(Script, WhatEnvIsAskedFor) {
    auto sought = [](const std::string& line) { return sought_by_env(parse_script(line + "\n")); };
    EXPECT_EQ(sought("#!/usr/bin/env python3"), "python3");
    EXPECT_EQ(sought("#!/usr/bin/env bash -e"), "bash -e");
    EXPECT_EQ(sought("#!/usr/bin/env -S A=b bash -e"), "bash");
    EXPECT_EQ(sought("#!/bin/sh -e"), "");
}

TEST(Server, LeavesTheForeground) {
    using hf::diagnose::Leaves;
    auto leaves = [](const std::string& command) {
        return hf::diagnose::leaves_foreground(launch("#!/bin/sh\nexec " + command + "\n"));
    };
    EXPECT_EQ(leaves("nginx"), Leaves::perhaps);
    EXPECT_EQ(leaves("nginx -g 'daemon off;'"), Leaves::no);
    EXPECT_EQ(leaves("nginx $OPTIONS"), Leaves::no);
    EXPECT_EQ(leaves("fghack nginx"), Leaves::no);
    EXPECT_EQ(leaves("redis-server --daemonize yes"), Leaves::yes);
    EXPECT_EQ(leaves("redis-server --daemonize no"), Leaves::no);
    EXPECT_EQ(leaves("/usr/sbin/sshd -De"), Leaves::no);
    EXPECT_EQ(leaves("memcached -vd"), Leaves::yes);
    EXPECT_EQ(leaves("/etc/init.d/x start"), Leaves::yes);
    EXPECT_EQ(leaves("php-fpm8.2 -F"), Leaves::no);
    EXPECT_EQ(leaves("torrent"), Leaves::no);
}

}  // namespace
