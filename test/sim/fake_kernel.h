// SPDX-License-Identifier: MIT
// The Kernel of one engine's life in the simulated World. What it holds, the world takes back when
// the engine ends. Every call may crash the engine before or after it, and may fail.
#pragma once

#include <map>
#include <set>

#include "engine/engine.h"
#include "engine/kernel.h"
#include "fake_readiness.h"
#include "fake_rules.h"
#include "world.h"

namespace hf::test {

class FakeKernel final : public engine::Kernel {
  public:
    explicit FakeKernel(World& world);

    // Whose state is compared with what stands on disk, each time it waits.
    void watch(const engine::Engine& engine) { engine_ = &engine; }

    core::Moment now() noexcept override;
    void ready() override;
    std::vector<engine::Notice> wait(std::optional<core::Time> deadline) override;
    engine::Scan scan(const std::optional<std::string>& name) override;
    engine::Claim claim(const core::Listed& found) override;
    const core::Rules& rules(engine::Dir dir) const noexcept override;
    const core::Waits& waits(engine::Dir dir) const noexcept override;
    core::Gate look_at_rules(engine::Dir dir) override;
    void rename(engine::Dir dir, const core::Listed& now) override;
    void listen(engine::Dir dir) override;
    void open_log(engine::Dir dir) override;
    void close_log(engine::Dir dir) override;
    std::vector<core::Listed> held_before() override;
    void release(engine::Dir dir) override;
    engine::Liveness liveness(const format::Record& record) override;
    void await_ready(engine::Dir dir, const core::Run& run) override;
    std::optional<core::Event> next_said(engine::Dir dir, bool is_recorded) override {
        return readiness_.next_said(dir, is_recorded);
    }
    core::Started spawn(engine::Dir dir, const format::Record& child, const engine::Notes& notes,
                        const core::Launch& launch) override;
    void run_stop_command(engine::Dir dir, core::Pid pid) override;
    void call_hook(engine::Dir dir, core::Hook hook, core::Pid pid) override;
    void signal(core::Pid pid, int number, core::Reach reach) override;
    void write_status(engine::Dir dir, const format::Record& record,
                      const engine::Notes& notes) override;
    void reap(core::Pid pid) override;
    void main_exited(int exit_code) override;
    void say(const std::string& line) override;

  private:
    using Notices = std::vector<engine::Notice>;

    Notices happened();
    void add_letters(Notices& into);
    void add_exits(Notices& into);
    void add_ends_of_stop_commands(Notices& into);
    void check_states() const;
    void check_progress(bool something);
    core::Listed listed(const std::string& name, int directory) const;
    void remember();
    void end_unfinished_spawn();
    core::Started make_process(int directory, const format::Record& child,
                               const engine::Notes& notes, const core::Launch& launch);
    int directory_of(engine::Dir dir) const;

    World& world_;
    const engine::Engine* engine_ = nullptr;
    std::map<unsigned, int> held_;  // Dir to directory
    FakeRules rules_;
    FakeReadiness readiness_;
    std::map<int, int> adopted_;  // pid to serial number
    struct StopCommand {
        int serial;  // of the process that is to be stopped
        core::Time ends_at;
    };
    std::map<unsigned, StopCommand> stop_commands_;
    std::set<int> told_;  // the adopted whose deaths have been told
    unsigned last_dir_ = 0;
    bool ready_ = false;
    bool halt_told_ = false;
    core::Pid owed_ = core::Pid::none;  // a death that was told and not reaped
    core::Time last_wait_{};
    int waits_ = 0;  // without a pause
    int empty_waits_ = 0;
};

}  // namespace hf::test
