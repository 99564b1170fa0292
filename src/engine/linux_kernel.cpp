// SPDX-License-Identifier: MIT
#include "engine/linux_kernel.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/auxv.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>

#include "engine/page.h"
#include "sys/clock.h"
#include "sys/error.h"
#include "sys/process.h"
#include "sys/spawn.h"

namespace hf::engine {

namespace {

// Poller tags: what kind of descriptor it is, and which.
constexpr std::uint64_t tag_kind = ~std::uint64_t{0} << 32;
constexpr std::uint64_t tag_parent = std::uint64_t{1} << 32;
constexpr std::uint64_t tag_folder = std::uint64_t{2} << 32;
constexpr std::uint64_t tag_control = std::uint64_t{3} << 32;
constexpr std::uint64_t tag_orphan = std::uint64_t{4} << 32;

// Descriptors that are kept free for what is opened for a moment: status files, the folder.
constexpr int spare_descriptors = 32;

core::Moment moment() noexcept {
    return {core::Time(sys::boot_time()), core::WallTime(sys::wall_time())};
}

void complete(void* page, pid_t pid) noexcept {
    static_cast<Page*>(page)->complete(pid, moment());
}

// A program that stands beside this one; empty where nothing tells where that is.
std::string beside_this(const char* name) {
    std::array<char, PATH_MAX> self{};
    ssize_t size = ::readlink("/proc/self/exe", self.data(), self.size());
    std::string path(self.data(), size > 0 ? static_cast<size_t>(size) : 0);
    if (path.empty()) path = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
    if (!path.starts_with('/')) return "";
    return path.substr(0, path.rfind('/') + 1) + name;
}

[[noreturn]] void explain(const ServiceDir& dir, const Wiring& wiring, const std::string& program,
                          const sys::SpawnResult& result) {
    const std::string& name = dir.name();
    using sys::Stage;
    switch (result.stage) {
        case Stage::clone: throw sys::Error("unable to fork for " + name, result.error);
        case Stage::directory: throw sys::Error("unable to chdir to " + name, result.error);
        case Stage::record:
            throw sys::Error("unable to write " + name + "/supervise/status", result.error);
        case Stage::redirection:
            throw sys::Error(wiring.end == Wiring::End::none
                                 ? "unable to set up descriptors for " + name
                                 : "unable to open the log pipe for " + name,
                             result.error);
        case Stage::program: break;
    }
    throw sys::Error("unable to start " + program, result.error);
}

}  // namespace

LinuxKernel::LinuxKernel() : parent_(std::in_place_type<GuardianLink>) {
    page_ = &std::get<GuardianLink>(parent_).page();
    watchdog_ = Watchdog(page_);
    folder_.emplace(page_, watchdog_);
    held_.emplace(page_, std::get<GuardianLink>(parent_).memory());
    raise_limits();
    poller_.add(std::visit([](auto& parent) { return parent.fd(); }, parent_), tag_parent);
    if (folder_->fd() >= 0) poller_.add(folder_->fd(), tag_folder);
    if (!page_->prefix_output) return;
    label_ = beside_this("holdfast-label");
    if (label_.empty()) say("svscan: warning: without /proc no line gets its service's name");
}

LinuxKernel::LinuxKernel(const std::string& lone)
    : parent_(std::in_place_type<OwnChildren>), lone_(lone) {
    raise_limits();
    poller_.add(std::visit([](auto& parent) { return parent.fd(); }, parent_), tag_parent);
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

core::Moment LinuxKernel::now() {
    return moment();
}

void LinuxKernel::ready() {
    if (held_) held_->publish();
    std::visit([](auto& parent) { parent.ready(); }, parent_);
}

std::vector<Happening> LinuxKernel::wait(std::optional<core::Time> deadline) {
    auto sooner = [&](std::optional<core::Time> other) {
        if (other && (!deadline || *other < *deadline)) deadline = other;
    };
    if (folder_) sooner(folder_->next_look());
    sooner(orphans_.next());
    bool more = std::visit([](auto& parent) { return parent.may_have_more(); }, parent_);

    std::optional<core::Duration> timeout;
    if (deadline) {
        core::Time now = moment().boot;  // once: what is due waits for nothing, not to be rounded
        timeout = std::max(*deadline, now) - now;
    }
    if (more) timeout = core::Duration::zero();

    std::vector<Happening> happened;
    watchdog_.rest();
    auto tags = poller_.wait(timeout);
    if (more) tags.push_back(tag_parent);
    for (std::uint64_t tag : tags) {
        auto index = static_cast<unsigned>(tag & ~tag_kind);
        switch (tag & tag_kind) {
            case tag_parent:
                std::visit([&](auto& parent) { parent.read(happened); }, parent_);
                break;
            case tag_folder: folder_->read(happened); break;
            case tag_control: read_letters(index, happened); break;
            case tag_orphan:
                orphans_.ended(core::Pid(static_cast<int>(index)), now().boot, poller_);
                break;
            default: break;
        }
    }
    orphans_.tell(now().boot, happened);
    if (folder_ && folder_->next_look() && *folder_->next_look() <= now().boot)
        happened.push_back(Look{});
    return happened;
}

void LinuxKernel::read_letters(unsigned index, std::vector<Happening>& into) {
    if (index >= dirs_.size() || !dirs_[index]) return;
    std::array<char, 4096> buffer;
    ssize_t size =
        sys::retry([&] { return ::read(dirs_[index]->control(), buffer.data(), buffer.size()); });
    if (size > 0) into.push_back(Letters{Dir(index), {buffer.data(), static_cast<size_t>(size)}});
}

Scan LinuxKernel::scan(const std::optional<std::string>& name) {
    if (!folder_) return {{{lone_, {}, false}}, {}, true};
    if (!name) folder_->looked(now().boot);
    return folder_->scan(name);
}

// What cannot be listened to must not look as if it were supervised: nothing is written there.
Claimed LinuxKernel::claim(const core::Listed& found) {
    if (last_control_ >= first_spare_descriptor_)
        throw sys::Error("unable to read " + found.name + "/supervise/control", EMFILE);
    Attention attention(watchdog_, found.name);
    Claimed claimed;
    auto dir = std::make_unique<ServiceDir>(found, claimed);
    unsigned index = static_cast<unsigned>(dirs_.size());
    if (free_.empty()) {
        dirs_.emplace_back();
    } else {
        index = free_.back();
        free_.pop_back();
    }
    dirs_[index] = std::move(dir);
    claimed.dir = Dir(index);
    return claimed;
}

void LinuxKernel::rename(Dir dir, const core::Listed& now) {
    Attention attention(watchdog_, now.name);
    at(dir).rename(now);
    stands_at(dir);
}

void LinuxKernel::listen(Dir dir) {
    ServiceDir& service = at(dir);
    Attention attention(watchdog_, service.name());
    service.listen();
    last_control_ = service.control();
    poller_.add(last_control_, tag_control | static_cast<unsigned>(dir));
    stands_at(dir);
}

// What it is found by: by hints in this life, by the list in the next.
void LinuxKernel::stands_at(Dir dir) {
    const ServiceDir& service = at(dir);
    if (folder_) folder_->watch(dir, service.path(), service.name());
    if (held_ && service.is_main())
        held_->add(static_cast<unsigned>(dir), service.identity(), service.path());
}

void LinuxKernel::open_log(Dir dir) {
    Attention attention(watchdog_, at(dir).name());
    at(dir).open_log();
}

void LinuxKernel::close_log(Dir dir) {
    at(dir).close_log();
}

std::vector<core::Listed> LinuxKernel::held_before() {
    return held_ ? held_->left() : std::vector<core::Listed>{};
}

void LinuxKernel::release(Dir dir) {
    if (held_) held_->remove(static_cast<unsigned>(dir));
    if (folder_) folder_->unwatch(dir);
    dirs_[static_cast<unsigned>(dir)].reset();
    free_.push_back(static_cast<unsigned>(dir));
    last_control_ = 0;
}

// A pid alone says nothing: the process must have been born when the record says, in this boot.
Life LinuxKernel::life(const format::Record& record) {
    core::Pid pid = record.service.pid;
    if (!core::has_process(record.service) || record.session.boot != session().boot)
        return Life::none;
    auto process = sys::process_stat(static_cast<pid_t>(pid));
    if (!process || !record.service.started) return Life::none;
    core::Time born(process->born);
    if (born > *record.service.started || born + sys::clock_tick() <= record.conceived)
        return Life::none;
    bool child = std::visit([&](auto& parent) { return parent.is_ours(process->parent); }, parent_);
    if (child) return Life::child;
    return orphans_.add(pid, poller_, tag_orphan) ? Life::alien : Life::none;
}

core::Started LinuxKernel::spawn(Dir dir, const format::Record& newborn, const Notes& notes,
                                 const Wiring& wiring) {
    ServiceDir& service = at(dir);
    Attention attention(watchdog_, service.name());
    service.verify();
    if (::access((service.path() + "/run").c_str(), X_OK) < 0)
        sys::fail("unable to start " + service.name() + "/run");

    Page page(newborn, notes);
    std::string name = service.name();
    char run[] = "./run";
    std::array<char*, 4> argv{run, nullptr};
    const bool labelled = !label_.empty() && wiring.end == Wiring::End::none;
    if (labelled) argv = {label_.data(), name.data(), run, nullptr};
    sys::SpawnPlan plan{};
    plan.directory = service.path().c_str();
    plan.program = argv[0];
    plan.argv = argv.data();
    plan.environment = environ;
    plan.record_path = "supervise/status";
    plan.record = page.pieces();
    plan.complete = complete;
    plan.context = &page;
    std::string log_path;
    if (wiring.end != Wiring::End::none) log_path = at(wiring.of).log_path();
    // Opened for both, a log pipe knows neither SIGPIPE nor, while the service lives, loss.
    if (wiring.end == Wiring::End::writes)
        plan.redirection = {log_path.c_str(), O_RDWR, STDOUT_FILENO};
    if (wiring.end == Wiring::End::reads)
        plan.redirection = {log_path.c_str(), O_RDONLY | O_NONBLOCK, STDIN_FILENO};
    plan.open_files = original_files_;
    std::visit(
        [&](auto& parent) {
            plan.parent_is_ours = parent.parent_is_ours;
            plan.unborn = &parent.page().unborn;
        },
        parent_);

    sys::SpawnResult result = sys::spawn(plan);
    if (result.pid == 0)
        explain(service, wiring, labelled ? name + " by " + label_ : name + "/run", result);
    return {core::Pid(result.pid), page.record().service.changed};
}

void LinuxKernel::signal(core::Pid pid, int number) {
    if (!orphans_.signal(pid, number)) ::kill(static_cast<pid_t>(pid), number);
}

void LinuxKernel::write_status(Dir dir, const format::Record& record, const Notes& notes) {
    Attention attention(watchdog_, at(dir).name());
    at(dir).write_status(Page(record, notes).pieces());
}

void LinuxKernel::bury(core::Pid pid) {
    if (orphans_.remove(pid)) return;
    std::visit([&](auto& parent) { parent.bury(pid); }, parent_);
}

void LinuxKernel::conclude(int exit_code) {
    if (auto* guardian = std::get_if<GuardianLink>(&parent_)) guardian->conclude(exit_code);
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
