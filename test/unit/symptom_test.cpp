// SPDX-License-Identifier: MIT
// What the last words of a program are about.
#include <gtest/gtest.h>

#include "diagnose/error_among.h"
#include "diagnose/symptoms.h"

using namespace hf::diagnose;

namespace {

TEST(Symptom, InManyTongues) {
    EXPECT_EQ(symptom_of("OSError: [Errno 98] Address already in use"), Symptom::port_taken);
    EXPECT_EQ(symptom_of("Error: listen EADDRINUSE: address already in use :::8080"),
              Symptom::port_taken);
    EXPECT_EQ(symptom_of("bind() to 0.0.0.0:80 failed (13: Permission denied)"),
              Symptom::port_privileged);
    EXPECT_EQ(symptom_of("open x: Permission denied"), Symptom::permission);
    EXPECT_EQ(symptom_of("java.lang.OutOfMemoryError"), Symptom::no_memory);
    EXPECT_EQ(symptom_of("Caused by: java.nio.file.AccessDeniedException: /srv/data"),
              Symptom::permission);
    EXPECT_EQ(symptom_of("Web server failed to start. Port 8080 was already in use."),
              Symptom::port_taken);
    EXPECT_EQ(symptom_of("RuntimeError: can't start new thread"), Symptom::no_threads);
    EXPECT_EQ(symptom_of("java.lang.OutOfMemoryError: unable to create native thread: possibly "
                         "out of memory or process/resource limits reached"),
              Symptom::no_threads);
    EXPECT_EQ(symptom_of("bash: fork: Cannot allocate memory"), Symptom::no_memory);
    EXPECT_EQ(symptom_of("bash: fork: retry: Resource temporarily unavailable"),
              Symptom::no_threads);
    EXPECT_EQ(symptom_of("FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out "
                         "of memory"),
              Symptom::no_memory);
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
    EXPECT_EQ(files_named_in("bind() to unix:/run/x.sock failed (98: Address already in use)"),
              Names{"/run/x.sock"});
    EXPECT_EQ(files_named_in("all is well"), Names{});
}

TEST(Error, IsTheLineThatSaysWhy) {
    for (const char* line :
         {"Error: Cannot find module 'express'", "ModuleNotFoundError: No module named 'flask'",
          "nginx: invalid option: \"x\"", "app: unrecognized option '--colour'",
          "psycopg2.OperationalError: connection to server failed: Connection refused",
          "Exception in thread \"main\" java.lang.NoClassDefFoundError: A",
          "Caused by: java.sql.SQLException: closed", "panic: runtime error: index out of range",
          "thread 'main' panicked at src/main.rs:2:5:",
          "x.rb:1:in `require': cannot load such file", "./run: 3: NAME: parameter not set",
          "/srv/web/run: line 3: NAME: unbound variable"})
        EXPECT_TRUE(looks_like_error(line)) << line;
    for (const char* line :
         {"", "    at Module._load (node:internal/modules/errors.js:922:27)",
          "\tat java.lang.Exception.run(A.java)",
          "Traceback (most recent call last):", "  File \"errors.py\", line 1, in <module>",
          "Node.js v18.20.4", "listening on port 80", "web: ready", "12:30:01 1: 2: a", ": 1: a",
          "checked: 0 errors", "started without error: no error"})
        EXPECT_FALSE(looks_like_error(line)) << line;
}

std::string error_of(const std::vector<std::string_view>& lines) {
    auto place = error_among(lines);
    return place ? std::string(lines[*place]) : "";
}

TEST(Error, IsTheCauseAndNotWhatFollows) {
    EXPECT_EQ(error_of({"nginx: [alert] could not open error log file: open() failed",
                        "2026/11/29 [warn] 7#7: conflicting server name, ignored: error",
                        "nginx: [emerg] unknown directive \"listn\" in /etc/nginx/nginx.conf:3",
                        "nginx: configuration file /etc/nginx/nginx.conf test failed"}),
              "nginx: [emerg] unknown directive \"listn\" in /etc/nginx/nginx.conf:3");
    EXPECT_EQ(error_of({"LOG:  could not open configuration file \"x\"",
                        "FATAL:  lock file \"postmaster.pid\" already exists",
                        "HINT:  Is another postmaster running? If not, no error",
                        "LOG:  database system is shut down"}),
              "FATAL:  lock file \"postmaster.pid\" already exists");
    EXPECT_EQ(error_of({"node:internal/modules/cjs/loader:1080", "  throw err;", "  ^", "",
                        "Error: Cannot find module 'express'", "Require stack:",
                        "    at Module._resolveFilename (node:internal/loader:1077:15)",
                        "  code: 'MODULE_NOT_FOUND',", "}", "Node.js v18.20.4",
                        "npm ERR! code ELIFECYCLE", "npm ERR! errno 1",
                        "npm ERR! Failed at the app@1.0.0 start script.",
                        "error Command failed with exit code 1."}),
              "Error: Cannot find module 'express'");
    EXPECT_EQ(error_of({"Error: listen EADDRINUSE: address already in use :::8080",
                        "    at Server.setupListenHandle [as _listen2] (node:net:1463:16)",
                        "Emitted 'error' event on Server instance at:", "  errno: -98,", "}"}),
              "Error: listen EADDRINUSE: address already in use :::8080");
    EXPECT_EQ(error_of({"npm error Missing script: \"start\"", "npm error",
                        "npm error To see a list of scripts, run:",
                        "npm error A complete log of this run can be found in: /root/.npm/x.log"}),
              "npm error Missing script: \"start\"");
}

TEST(Error, IsTheLastOfATrace) {
    EXPECT_EQ(
        error_of({"[ERROR] Exception in worker process",
                  "Traceback (most recent call last):", "  File \"app.py\", line 1, in <module>",
                  "    import flask", "ModuleNotFoundError: No module named 'flask'",
                  "[INFO] Worker exiting (pid: 9)", "[ERROR] Reason: Worker failed to boot."}),
        "ModuleNotFoundError: No module named 'flask'");
    EXPECT_EQ(error_of({"Traceback (most recent call last):", "  File \"app.py\", line 1",
                        "settings.ImproperlyConfigured: SECRET_KEY must be set", "bye: error"}),
              "settings.ImproperlyConfigured: SECRET_KEY must be set");
    EXPECT_EQ(error_of({"Exception in thread \"main\" java.lang.RuntimeException: start",
                        "\tat A.main(A.java:3)", "Caused by: java.sql.SQLException: closed",
                        "\t... 1 more", "ERROR could not write the report"}),
              "Caused by: java.sql.SQLException: closed");
    EXPECT_EQ(error_of({"app.rb:1:in `require': cannot load such file -- sinatra (LoadError)",
                        "\tfrom app.rb:1:in `<main>'", "rake: failed"}),
              "app.rb:1:in `require': cannot load such file -- sinatra (LoadError)");
    EXPECT_EQ(error_of({"terminate called after throwing an instance of 'std::runtime_error'",
                        "  what():  no licence"}),
              "  what():  no licence");
    EXPECT_EQ(error_of({"thread 'main' panicked at src/main.rs:2:5:", "no licence", "error: x"}),
              "no licence");
    EXPECT_EQ(error_of({"pthread_setschedparam failed: Operation not permitted",
                        "MessageNotUnderstood: UndefinedObject>>port",
                        "UndefinedObject(Object)>>doesNotUnderstand: #port"}),
              "MessageNotUnderstood: UndefinedObject>>port");
    EXPECT_EQ(error_of({"starting", "listening on 80"}), "");
}

}  // namespace
