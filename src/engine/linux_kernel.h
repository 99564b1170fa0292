// SPDX-License-Identifier: MIT
// The Kernel that there really is.
#pragma once

#include <sys/resource.h>

#include <deque>
#include <memory>
#include <unordered_map>

#include "engine/blocking_guard.h"
#include "engine/calls.h"
#include "engine/entering.h"
#include "engine/held_list.h"
#include "engine/kernel.h"
#include "engine/labels.h"
#include "engine/orphans.h"
#include "engine/parent.h"
#include "engine/readiness.h"
#include "engine/rules_reader.h"
#include "engine/scan_dir.h"
#include "engine/service_dir.h"
#include "sys/poller.h"
#include "sys/spawn.h"

namespace hf::engine {

class LinuxKernel final : public Kernel {
  public:
    // Everything below the current directory, under a guardian.
    LinuxKernel();
    // The directory `lone` alone, as its own parent.
    explicit LinuxKernel(const std::string& lone);
    ~LinuxKernel() override;

    format::Session session() const;

    core::Moment now() noexcept override;
    void ready() override;
    std::vector<Notice> wait(std::optional<core::Time> deadline) override;
    Scan scan(const std::optional<std::string>& name) override;
    Claim claim(const core::Listed& found) override;
    const core::Rules& rules(Dir dir) const noexcept override { return rules_.of(dir); }
    const core::Waits& waits(Dir dir) const noexcept override { return rules_.waits_of(dir); }
    core::Gate look_at_rules(Dir dir) override { return rules_.look(dir, at(dir)); }
    void rename(Dir dir, const core::Listed& now) override;
    void listen(Dir dir) override;
    void open_log(Dir dir) override;
    void close_log(Dir dir) override;
    std::vector<core::Listed> held_before() override;
    void release(Dir dir) override;
    Liveness liveness(const format::Record& record) override;
    void await_ready(Dir dir, const core::Run& run) override;
    std::optional<core::Event> next_said(Dir dir, bool is_recorded) override {
        BlockingGuard blocking(watchdog_, at(dir).name());
        return readiness_.next_said(dir, is_recorded);
    }
    core::Started spawn(Dir dir, const format::Record& child, const Notes& notes,
                        const core::Launch& launch) override;
    void run_stop_command(Dir dir, core::Pid pid) override {
        calls_.run_stop_command(dir, at(dir), pid);
    }
    void call_hook(Dir dir, core::Hook hook, core::Pid pid) override {
        calls_.call_hook(dir, at(dir), hook, pid);
    }
    void signal(core::Pid pid, int number, core::Reach reach) override;
    void write_status(Dir dir, const format::Record& record, const Notes& notes) override;
    void reap(core::Pid pid) override;
    void main_exited(int exit_code) override;
    void say(const std::string& line) override;

  private:
    template <typename OneParent>
    explicit LinuxKernel(std::in_place_type_t<OneParent> parent);
    void raise_limits();
    sys::Fd open_log_end(std::optional<Dir> of, int flags);
    void read_letters(unsigned index, std::vector<Notice>& into);
    ServiceDir& at(Dir dir);
    void hear(Dir dir);
    void renew(Dir dir);
    void choose_parent(sys::SpawnPlan& plan);
    void stands_at(Dir dir);

    Parent parent_;
    guard::SharedPage* page_ = nullptr;  // of a guardian
    std::string lone_;                   // the one directory; empty: a scan directory
    Watchdog watchdog_{nullptr};
    std::optional<ScanDir> scan_dir_;
    std::optional<HeldList> held_;
    sys::Poller poller_;
    RulesReader rules_;
    Readiness readiness_;
    Entering entering_;
    Calls calls_;
    Orphans orphans_;
    std::vector<std::unique_ptr<ServiceDir>> dirs_;  // by Dir
    std::vector<unsigned> free_;                     // of them
    format::SealKey seal_key_{};
    rlimit original_files_{};  // what the services get back
    Labels labels_;
    int first_spare_descriptor_ = 0;
    int last_control_ = 0;  // the last descriptor that a directory was given; 0: one was given back
};

}  // namespace hf::engine
