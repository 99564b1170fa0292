// SPDX-License-Identifier: MIT
// Every cause that `holdfast why` and `holdfast check` can name: the one table of their names and
// exit codes. The names are interface: scripts compare them.
#pragma once

#include <array>
#include <string_view>

namespace hf::diagnose {

// Exit codes. 0 is nothing wrong, 100 misuse, 111 unable to look.
enum class Class {
    note = 0,
    supervision = 1,  // it is not supervised
    run = 2,          // its run script cannot be executed, or its service.toml is wrong
    ordered = 3,      // it is down, or paused, because somebody wants so
    account = 4,      // its user, or what that user may not do
    program = 5,      // what it runs is not there, or not made for this machine
    limits = 6,
    ended = 7,    // it starts, and ends
    network = 8,  // it runs, and cannot be reached
    logger = 9,
    stuck = 10,  // it runs, and does nothing
    clock = 11,
    needs = 12,  // it waits for another service
};

// clang-format off
enum class Cause {
    folder_missing, not_linked, link_dangling, name_hidden, not_a_directory, unreachable,
    no_svscan, svscan_elsewhere, not_taken, foreign_lock, svscan_stopping, quarantined,
    supervise_unusable, run_missing, run_not_executable, run_empty, run_no_interpreter, run_crlf,
    run_byte_order_mark, interpreter_missing, noexec, run_syntax, run_unreadable, down_file,
    ordered_down, ran_once, paused, user_missing, file_unreadable, directory_closed,
    env_dir_unusable, program_missing, program_not_executable, wrong_architecture,
    library_missing, file_missing, memory_limit, descriptor_limit, process_limit, exits,
    ends_at_once, killed, dumped_core, out_of_memory, background, not_started, port_taken,
    port_privileged, socket_stale, not_listening, wrong_port, loopback_only, ipv6_only, unreached,
    not_accepting, not_answering, logger_down, log_disk_full, log_locked, log_unwritable,
    log_deleted, log_shared, log_pipe_full, stopped, traced, blocked, file_system_hangs,
    clock_wrong, left_behind, runs_as_root, listens_on_nothing, listens_locally, listens_ipv6,
    restarted, changed_since, no_exec, slow_stop, not_executed, unlinked, run_replaceable,
    clock_set, hidden, answers_error, rules_refused, gave_up, asked_down,
    waits_for_need, dependency_cycle, not_ready,
    env_file_unusable, not_permitted, finishing, finish_failed,
};
// clang-format on

struct About {
    Cause cause;
    std::string_view name;
    Class kind;
};

// clang-format off
inline constexpr std::array causes{
    About{Cause::folder_missing, "folder-missing", Class::supervision},
    About{Cause::not_linked, "not-linked", Class::supervision},
    About{Cause::link_dangling, "link-dangling", Class::supervision},
    About{Cause::name_hidden, "name-hidden", Class::supervision},
    About{Cause::not_a_directory, "not-a-directory", Class::supervision},
    About{Cause::unreachable, "unreachable", Class::supervision},
    About{Cause::no_svscan, "no-svscan", Class::supervision},
    About{Cause::svscan_elsewhere, "svscan-elsewhere", Class::supervision},
    About{Cause::not_taken, "not-taken", Class::supervision},
    About{Cause::foreign_lock, "foreign-lock", Class::supervision},
    About{Cause::svscan_stopping, "svscan-stopping", Class::supervision},
    About{Cause::quarantined, "quarantined", Class::supervision},
    About{Cause::supervise_unusable, "supervise-unusable", Class::supervision},
    About{Cause::run_missing, "run-missing", Class::run},
    About{Cause::run_not_executable, "run-not-executable", Class::run},
    About{Cause::run_empty, "run-empty", Class::run},
    About{Cause::run_no_interpreter, "run-no-interpreter", Class::run},
    About{Cause::run_crlf, "run-crlf", Class::run},
    About{Cause::run_byte_order_mark, "run-byte-order-mark", Class::run},
    About{Cause::interpreter_missing, "interpreter-missing", Class::run},
    About{Cause::noexec, "noexec", Class::run},
    About{Cause::run_syntax, "run-syntax", Class::run},
    About{Cause::run_unreadable, "run-unreadable", Class::run},
    About{Cause::down_file, "down-file", Class::ordered},
    About{Cause::ordered_down, "ordered-down", Class::ordered},
    About{Cause::ran_once, "ran-once", Class::ordered},
    About{Cause::paused, "paused", Class::ordered},
    About{Cause::user_missing, "user-missing", Class::account},
    About{Cause::file_unreadable, "file-unreadable", Class::account},
    About{Cause::directory_closed, "directory-closed", Class::account},
    About{Cause::env_dir_unusable, "env-dir-unusable", Class::account},
    About{Cause::program_missing, "program-missing", Class::program},
    About{Cause::program_not_executable, "program-not-executable", Class::program},
    About{Cause::wrong_architecture, "wrong-architecture", Class::program},
    About{Cause::library_missing, "library-missing", Class::program},
    About{Cause::file_missing, "file-missing", Class::program},
    About{Cause::memory_limit, "memory-limit", Class::limits},
    About{Cause::descriptor_limit, "descriptor-limit", Class::limits},
    About{Cause::process_limit, "process-limit", Class::limits},
    About{Cause::exits, "exits", Class::ended},
    About{Cause::ends_at_once, "ends-at-once", Class::ended},
    About{Cause::killed, "killed", Class::ended},
    About{Cause::dumped_core, "dumped-core", Class::ended},
    About{Cause::out_of_memory, "out-of-memory", Class::ended},
    About{Cause::background, "background", Class::ended},
    About{Cause::not_started, "not-started", Class::ended},
    About{Cause::port_taken, "port-taken", Class::network},
    About{Cause::port_privileged, "port-privileged", Class::network},
    About{Cause::socket_stale, "socket-stale", Class::network},
    About{Cause::not_listening, "not-listening", Class::network},
    About{Cause::wrong_port, "wrong-port", Class::network},
    About{Cause::loopback_only, "loopback-only", Class::network},
    About{Cause::ipv6_only, "ipv6-only", Class::network},
    About{Cause::unreached, "unreached", Class::network},
    About{Cause::not_accepting, "not-accepting", Class::network},
    About{Cause::not_answering, "not-answering", Class::network},
    About{Cause::logger_down, "logger-down", Class::logger},
    About{Cause::log_disk_full, "log-disk-full", Class::logger},
    About{Cause::log_locked, "log-locked", Class::logger},
    About{Cause::log_unwritable, "log-unwritable", Class::logger},
    About{Cause::log_deleted, "log-deleted", Class::logger},
    About{Cause::log_shared, "log-shared", Class::logger},
    About{Cause::log_pipe_full, "log-pipe-full", Class::logger},
    About{Cause::stopped, "stopped", Class::stuck},
    About{Cause::traced, "traced", Class::stuck},
    About{Cause::blocked, "blocked", Class::stuck},
    About{Cause::file_system_hangs, "file-system-hangs", Class::stuck},
    About{Cause::clock_wrong, "clock-wrong", Class::clock},
    About{Cause::left_behind, "left-behind", Class::note},
    About{Cause::runs_as_root, "runs-as-root", Class::note},
    About{Cause::listens_on_nothing, "listens-on-nothing", Class::note},
    About{Cause::listens_locally, "listens-locally", Class::note},
    About{Cause::listens_ipv6, "listens-ipv6", Class::note},
    About{Cause::restarted, "restarted", Class::note},
    About{Cause::changed_since, "changed-since", Class::note},
    About{Cause::no_exec, "no-exec", Class::note},
    About{Cause::slow_stop, "slow-stop", Class::ordered},
    About{Cause::not_executed, "not-executed", Class::note},
    About{Cause::unlinked, "unlinked", Class::note},
    About{Cause::run_replaceable, "run-replaceable", Class::note},
    About{Cause::clock_set, "clock-set", Class::note},
    About{Cause::hidden, "hidden", Class::note},
    About{Cause::answers_error, "answers-error", Class::note},
    About{Cause::rules_refused, "rules-refused", Class::run},
    About{Cause::gave_up, "gave-up", Class::ended},
    About{Cause::asked_down, "asked-down", Class::ordered},
    About{Cause::waits_for_need, "waits-for-need", Class::needs},
    About{Cause::dependency_cycle, "dependency-cycle", Class::needs},
    About{Cause::not_ready, "not-ready", Class::stuck},
    About{Cause::env_file_unusable, "env-file-unusable", Class::account},
    About{Cause::not_permitted, "not-permitted", Class::account},
    About{Cause::finishing, "finishing", Class::stuck},
    About{Cause::finish_failed, "finish-failed", Class::note},
};
// clang-format on

constexpr bool table_matches() {
    for (size_t i = 0; i < causes.size(); ++i) {
        if (static_cast<size_t>(causes[i].cause) != i) return false;
    }
    return true;
}
static_assert(table_matches(), "one row for each cause, in the same order");

constexpr const About& about(Cause cause) {
    return causes[static_cast<size_t>(cause)];
}

}  // namespace hf::diagnose
