// SPDX-License-Identifier: MIT
#include "engine/linux_kernel.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <utility>

#include "engine/own_session.h"
#include "engine/seal_key.h"
#include "engine/spawn_failure.h"
#include "engine/status_write.h"
#include "sys/clock.h"
#include "sys/error.h"
#include "sys/process.h"
#include "sys/spawn.h"

namespace hf::engine {

namespace {

// Poller tags: what kind of descriptor it is, and which.
constexpr std::uint64_t tag_kind = ~std::uint64_t{0} << 32;
constexpr std::uint64_t tag_parent = std::uint64_t{1} << 32;
constexpr std::uint64_t tag_scan_dir = std::uint64_t{2} << 32;
constexpr std::uint64_t tag_control = std::uint64_t{3} << 32;
constexpr std::uint64_t tag_orphan = std::uint64_t{4} << 32;
constexpr std::uint64_t tag_rules = std::uint64_t{5} << 32;
constexpr std::uint64_t tag_ready = std::uint64_t{6} << 32;
constexpr std::uint64_t tag_entering = std::uint64_t{7} << 32;
constexpr std::uint64_t tag_call = std::uint64_t{8} << 32;

// Descriptors that are kept free for what is opened for a moment: status files, the scan directory.
constexpr int spare_descriptors = 32;

core::Moment moment() noexcept {
    return {core::Time(sys::boot_time()), core::WallTime(sys::wall_time())};
}

void complete(void* write, pid_t pid) noexcept {
    static_cast<StatusWrite*>(write)->complete(pid, moment());
}

// As exec(3) has them.
std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> argv;
    for (std::string& each : words) argv.push_back(each.data());
    argv.push_back(nullptr);
    return argv;
}

}  // namespace

template <typename OneParent>
LinuxKernel::LinuxKernel(std::in_place_type_t<OneParent> parent)
    : parent_(parent),
      rules_(poller_, tag_rules, watchdog_, [this](const std::string& line) { say(line); }),
      readiness_({poller_, watchdog_, rules_, original_files_}, tag_ready, parent_,
                 [this](const std::string& line) { say(line); }),
      entering_(poller_, tag_entering),
      calls_({poller_, watchdog_, rules_, original_files_}, tag_call,
             [this](const std::string& line) { say(line); }) {
    seal_key_ = seal_key(std::get<OneParent>(parent_).page());
    sys::reserve_descriptors();
    raise_limits();
    poller_.add(std::get<OneParent>(parent_).fd(), tag_parent);
}

LinuxKernel::LinuxKernel() : LinuxKernel(std::in_place_type<GuardianLink>) {
    page_ = &std::get<GuardianLink>(parent_).page();
    watchdog_ = Watchdog(page_);
    scan_dir_.emplace(page_, watchdog_);
    held_.emplace(page_, std::get<GuardianLink>(parent_).memory());
    if (scan_dir_->fd() >= 0) poller_.add(scan_dir_->fd(), tag_scan_dir);
    if (page_->prefix_output && !labels_.prefix_all())
        say("svscan: warning: no /proc: lines are not prefixed with the service's name");
}

LinuxKernel::LinuxKernel(const std::string& lone) : LinuxKernel(std::in_place_type<OwnChildren>) {
    lone_ = lone;
}

LinuxKernel::~LinuxKernel() = default;

// As many descriptors as the system allows: every service needs one.
void LinuxKernel::raise_limits() {
    ::getrlimit(RLIMIT_NOFILE, &original_files_);
    rlimit most = original_files_;
    most.rlim_max = std::max<rlim_t>(most.rlim_max, 1 << 20);
    most.rlim_cur = most.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &most) < 0) {
        most = original_files_;
        most.rlim_cur = most.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &most);
    }
    first_spare_descriptor_ =
        static_cast<int>(std::min<rlim_t>(most.rlim_cur, INT_MAX)) - spare_descriptors;
}

format::Session LinuxKernel::session() const {
    return std::visit([](const auto& parent) { return parent.session(); }, parent_);
}

core::Moment LinuxKernel::now() noexcept {
    return moment();
}

void LinuxKernel::ready() {
    if (held_) held_->publish();
    std::visit([](auto& parent) { parent.ready(); }, parent_);
}

std::vector<Notice> LinuxKernel::wait(std::optional<core::Time> deadline) {
    auto sooner = [&](std::optional<core::Time> other) {
        if (other && (!deadline || *other < *deadline)) deadline = other;
    };
    if (scan_dir_) sooner(scan_dir_->next_look());
    sooner(orphans_.next());
    std::vector<Notice> happened;
    rules_.begin(happened);
    calls_.begin(happened);
    sooner(rules_.next());
    sooner(readiness_.next());
    bool more = std::visit([](auto& parent) { return parent.may_have_more(); }, parent_);

    std::optional<core::Duration> timeout;
    if (deadline) {
        core::Time now = moment().boot;  // once: what is due waits for nothing, not to be rounded
        timeout = std::max(*deadline, now) - now;
    }
    if (more || !happened.empty()) timeout = core::Duration::zero();

    if (scan_dir_) scan_dir_->begin_turn();
    watchdog_.disarm();
    auto tags = poller_.wait(timeout);
    if (more) tags.push_back(tag_parent);
    for (std::uint64_t tag : tags) {
        auto index = static_cast<unsigned>(tag & ~tag_kind);
        switch (tag & tag_kind) {
            case tag_parent:
                std::visit([&](auto& parent) { parent.read(happened); }, parent_);
                break;
            case tag_scan_dir: scan_dir_->read(happened); break;
            case tag_control: read_letters(index, happened); break;
            case tag_orphan:
                orphans_.ended(core::Pid(static_cast<int>(index)), now().boot, poller_);
                break;
            case tag_rules: rules_.read(happened); break;
            case tag_ready: readiness_.read(index, happened); break;
            case tag_entering: entering_.read(core::Pid(static_cast<int>(index))); break;
            case tag_call: calls_.read(index, happened); break;
            default: break;
        }
    }
    entering_.judge(happened);
    rules_.give_up_if_due(now().boot, happened);
    readiness_.ask_if_due(now().boot, happened);
    orphans_.tell(now().boot, happened);
    if (scan_dir_) scan_dir_->look_if_due(now().boot, happened);
    return happened;
}

void LinuxKernel::read_letters(unsigned index, std::vector<Notice>& into) {
    if (index >= dirs_.size() || !dirs_[index]) return;
    std::array<char, 4096> buffer;
    ssize_t size =
        sys::retry([&] { return ::read(dirs_[index]->control(), buffer.data(), buffer.size()); });
    if (size <= 0) return;
    into.push_back(ControlBytes{Dir(index), {buffer.data(), static_cast<size_t>(size)}});
    if (scan_dir_ && dirs_[index]->is_main()) scan_dir_->ordered(dirs_[index]->name(), into);
}

Scan LinuxKernel::scan(const std::optional<std::string>& name) {
    if (!scan_dir_) return {{{lone_, {}, false}}, {}, true};
    Scan scan = scan_dir_->scan(name);
    if (!name) scan_dir_->looked(now().boot);
    return scan;
}

// What cannot be listened to must not look as if it were supervised: nothing is written there.
Claim LinuxKernel::claim(const core::Listed& found) {
    if (last_control_ >= first_spare_descriptor_)
        throw sys::Error("unable to read " + found.name + "/supervise/control", EMFILE);
    BlockingGuard blocking(watchdog_, found.name);
    Claim claim;
    auto dir = std::make_unique<ServiceDir>(found, seal_key_, claim);
    unsigned index = static_cast<unsigned>(dirs_.size());
    if (free_.empty()) {
        dirs_.emplace_back();
    } else {
        index = free_.back();
        free_.pop_back();
    }
    dirs_[index] = std::move(dir);
    claim.dir = Dir(index);
    readiness_.claimed(claim.dir, at(claim.dir),
                       claim.record ? claim.record->service.process.pid : core::Pid::none);
    return claim;
}

void LinuxKernel::rename(Dir dir, const core::Listed& now) {
    BlockingGuard blocking(watchdog_, now.name);
    at(dir).rename(now);
    stands_at(dir);
}

void LinuxKernel::listen(Dir dir) {
    ServiceDir& service = at(dir);
    BlockingGuard blocking(watchdog_, service.name());
    service.listen();
    hear(dir);
    stands_at(dir);
}

void LinuxKernel::hear(Dir dir) {
    last_control_ = at(dir).control();
    poller_.add(last_control_, tag_control | static_cast<unsigned>(dir));
}

void LinuxKernel::renew(Dir dir) {
    ServiceDir& service = at(dir);
    const bool listened = service.control() >= 0;
    if (!service.renew()) return;
    if (listened) hear(dir);
    say("supervise: warning: " + service.name() +
        "/supervise was removed or replaced: making it again");
}

// What it is found by: by hints in this life, by the list in the next.
void LinuxKernel::stands_at(Dir dir) {
    const ServiceDir& service = at(dir);
    if (scan_dir_) scan_dir_->watch(dir, service.path(), service.name(), service.had_log());
    if (held_ && service.is_main())
        held_->add(static_cast<unsigned>(dir), service.identity(), service.path());
}

void LinuxKernel::open_log(Dir dir) {
    BlockingGuard blocking(watchdog_, at(dir).name());
    renew(dir);
    at(dir).open_log();
}

void LinuxKernel::close_log(Dir dir) {
    at(dir).close_log();
}

std::vector<core::Listed> LinuxKernel::held_before() {
    return held_ ? held_->left() : std::vector<core::Listed>{};
}

void LinuxKernel::release(Dir dir) {
    rules_.forget(dir);
    readiness_.forget(dir);
    calls_.forget(dir);
    if (held_) held_->remove(static_cast<unsigned>(dir));
    if (scan_dir_) scan_dir_->unwatch(dir);
    dirs_[static_cast<unsigned>(dir)].reset();
    free_.push_back(static_cast<unsigned>(dir));
    last_control_ = 0;
}

// A pid alone says nothing: the process must have been born when the record says, in this boot. One
// that cannot be looked at is known only to the guardian, if it is its child; else the directory
// waits until it can, or has ended: it may be the service.
Liveness LinuxKernel::liveness(const format::Record& record) {
    const auto pid = static_cast<pid_t>(record.service.process.pid);
    if (!core::has_any_process(record.service) ||
        !sys::may_be_same_boot(record.session.boot, session().boot))
        return Liveness::none;
    if (record.session.number == session().number && sys::is_hidden(pid)) {
        auto child = std::visit([&](auto& parent) { return parent.whose(pid); }, parent_);
        if (child) return *child == guard::none ? Liveness::none : Liveness::child;
    }
    auto process = sys::process_stat(pid);
    if (!process) return Liveness::none;
    core::Time born(process->born);
    if (!core::is_its_process(record.service, born, sys::clock_tick())) return Liveness::none;
    bool child = std::visit([&](auto& parent) { return parent.is_ours(process->parent); }, parent_);
    if (child) return Liveness::child;
    return orphans_.add(record.service.process.pid, born, now().boot, poller_, tag_orphan)
               ? Liveness::orphan
               : Liveness::none;
}

// Opened for both, a log pipe knows neither SIGPIPE nor, while the service lives, loss.
sys::Fd LinuxKernel::open_log_end(std::optional<Dir> of, int flags) {
    if (!of) return {};
    renew(*of);
    return at(*of).open_log_end(flags);
}

void LinuxKernel::await_ready(Dir dir, const core::Run& run) {
    BlockingGuard blocking(watchdog_, at(dir).name());
    renew(dir);
    readiness_.resume(dir, at(dir), run, rules(dir), rules_.check_of(dir));
}

void LinuxKernel::choose_parent(sys::SpawnPlan& plan) {
    std::visit(
        [&](auto& parent) {
            plan.parent_is_ours = parent.parent_is_ours;
            plan.spawning_pid = &parent.page().spawning_pid;
        },
        parent_);
}

core::Started LinuxKernel::spawn(Dir dir, const format::Record& child, const Notes& notes,
                                 const core::Launch& launch) {
    ServiceDir& service = at(dir);
    BlockingGuard blocking(watchdog_, service.name());
    renew(dir);
    sys::Fd directory = service.open();
    const bool is_main = launch.role == core::Role::main;
    const std::string path = service.name() + "/run";
    if (is_main && ::faccessat(directory.get(), "run", X_OK, 0) < 0)
        sys::fail("unable to start " + path);
    sys::Fd status = service.open_status();

    StatusWrite write(child, notes, {seal_key_, service.identity()});
    const std::string& name = service.name();
    std::vector<std::string> words = labels_.words(name, launch, rules_.ready_pattern_of(dir));
    sys::Fd input = open_log_end(launch.input, O_RDONLY);
    sys::Fd output = open_log_end(launch.output, O_RDWR);
    const sys::Fd ready = launch.ready_fd ? readiness_.pipe(dir, service) : sys::Fd();
    std::vector<sys::Redirection> redirections;
    if (ready) redirections.push_back({ready.get(), *launch.ready_fd});
    if (input) redirections.push_back({input.get(), STDIN_FILENO});
    if (output) redirections.push_back({output.get(), STDOUT_FILENO});
    sys::Pipe entering = entering_.prepare(name, rules(dir), launch, words, redirections);
    if (is_main) words.push_back("./run");
    std::vector<char*> argv = pointers(words);
    sys::SpawnPlan plan{};
    plan.directory = directory.get();
    plan.program = argv[0];
    plan.argv = argv.data();
    plan.environment = readiness_.environment(dir, service, launch, child.service.process);
    plan.record_file = status.get();
    plan.record = write.pieces();
    plan.complete = complete;
    plan.context = &write;
    plan.redirections = redirections;
    plan.open_files = original_files_;
    plan.keeps_session = run_makes_own_session(directory);
    choose_parent(plan);

    sys::SpawnResult result = sys::spawn(plan);
    if (result.pid == 0)
        throw_failure(name, words.size() == 1 ? path : name + " by " + words[0], result);
    if (is_main) readiness_.started(dir, service, core::Pid(result.pid), rules_.check_of(dir));
    if (entering.reading) entering_.started(core::Pid(result.pid), std::move(entering));
    return {launch.role, core::Pid(result.pid), write.record().service.changed};
}

void LinuxKernel::signal(core::Pid pid, int number, core::Reach reach) {
    if (orphans_.signal(pid, number, reach)) return;
    if (reach == core::Reach::group)
        sys::signal_group(static_cast<pid_t>(pid), number);
    else
        ::kill(static_cast<pid_t>(pid), number);
}

void LinuxKernel::write_status(Dir dir, const format::Record& record, const Notes& notes) {
    BlockingGuard blocking(watchdog_, at(dir).name());
    renew(dir);
    at(dir).write_status(StatusWrite(record, notes, {seal_key_, at(dir).identity()}).pieces());
}

void LinuxKernel::reap(core::Pid pid) {
    if (orphans_.remove(pid)) return;
    std::visit([&](auto& parent) { parent.reap(pid); }, parent_);
}

void LinuxKernel::main_exited(int exit_code) {
    if (auto* guardian = std::get_if<GuardianLink>(&parent_)) guardian->main_exited(exit_code);
}

void LinuxKernel::say(const std::string& line) {
    pollfd standard_error{STDERR_FILENO, POLLOUT, 0};
    if (::poll(&standard_error, 1, 0) <= 0 || (standard_error.revents & POLLOUT) == 0) return;
    sys::write_all(STDERR_FILENO, line + "\n");
}

ServiceDir& LinuxKernel::at(Dir dir) {
    return *dirs_.at(static_cast<unsigned>(dir));
}

}  // namespace hf::engine
