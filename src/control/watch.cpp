// SPDX-License-Identifier: MIT
#include "control/watch.h"

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "sys/clock.h"

namespace hf::control {

namespace {

// One mask for all: a directory may be watched for several reasons.
constexpr std::uint32_t events = IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                                 IN_CLOSE_WRITE | IN_DELETE_SELF | IN_MOVE_SELF;

// Our engine writes the status in place, the original's supervise replaces it. Either holds the
// pipe `control` open for writing as long as it lives. What is done to look at a service, or to
// give it a command, is no news.
bool is_news(const char* name, std::uint32_t mask) {
    if ((mask & IN_MODIFY) != 0) return std::strcmp(name, "status") == 0;
    if ((mask & IN_CLOSE_WRITE) != 0) return std::strcmp(name, "control") == 0;
    return true;
}

std::string parent_of(const std::string& path) {
    size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string base_of(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

}  // namespace

Watch::Watch(std::vector<WatchedService> services)
    : services_(std::move(services)), inotify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    for (size_t i = 0; i < services_.size(); ++i) arm(i);
}

bool Watch::add(const std::string& directory, std::initializer_list<std::string> names,
                size_t service) {
    int watch = ::inotify_add_watch(inotify_.get(), directory.c_str(), events | IN_ONLYDIR);
    if (watch < 0) {
        if (errno != ENOENT && errno != ENOTDIR) blind_.start();
        return false;
    }
    Names& known = watched_[watch];
    for (const std::string& name : names) {
        auto [first, last] = known.equal_range(name);
        bool is_known =
            std::any_of(first, last, [&](const auto& each) { return each.second == service; });
        if (!is_known) known.emplace(name, service);
    }
    return true;
}

// Where the service stands, and, if it is not there (yet), where it will appear. From the outside
// in: what is made after one of them was not found is seen by the one before.
void Watch::arm(size_t service) {
    const std::string& path = services_[service].path;
    bool named = add(parent_of(path), {base_of(path)}, service);
    bool there = add(path, {"supervise"}, service);
    add(path + "/supervise", {"status", "control", "ok"}, service);
    struct stat entry {};
    bool leads_nowhere = !there && ::lstat(path.c_str(), &entry) == 0;
    if (!named || leads_nowhere) blind_.start();
}

void Watch::mind_scan_dir(const std::string& scan_dir) {
    scan_dir_ = ::inotify_add_watch(inotify_.get(), scan_dir.c_str(), events | IN_ONLYDIR);
    if (scan_dir_ < 0) blind_.start();
}

std::vector<size_t> Watch::everything() const {
    std::vector<size_t> all(services_.size());
    for (size_t i = 0; i < all.size(); ++i) all[i] = i;
    return all;
}

void Watch::take(const inotify_event& event, std::vector<size_t>& news) {
    if ((event.mask & IN_Q_OVERFLOW) != 0) {
        news = everything();
        scan_dir_has_changed_ = true;
        return;
    }
    constexpr std::uint32_t coming_and_going = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;
    if (event.wd == scan_dir_ && (event.mask & coming_and_going) != 0) scan_dir_has_changed_ = true;
    auto watch = watched_.find(event.wd);
    if (watch == watched_.end()) return;
    std::vector<size_t> concerned;
    if (event.len == 0) {
        for (const auto& [name, service] : watch->second) concerned.push_back(service);
    } else if (is_news(event.name, event.mask)) {
        auto [first, last] = watch->second.equal_range(event.name);
        for (auto each = first; each != last; ++each) concerned.push_back(each->second);
    }
    if ((event.mask & IN_IGNORED) != 0) watched_.erase(watch);
    news.insert(news.end(), concerned.begin(), concerned.end());
    if ((event.mask & (IN_MODIFY | IN_CLOSE_WRITE)) != 0) return;
    for (size_t service : concerned) arm(service);  // something stands elsewhere now
}

void Watch::read_events(std::vector<size_t>& news) {
    alignas(inotify_event) std::array<char, 65536> buffer{};
    for (;;) {
        ssize_t got = ::read(inotify_.get(), buffer.data(), buffer.size());
        if (got <= 0) return;
        for (const char* at = buffer.data(); at < buffer.data() + got;) {
            auto* event = reinterpret_cast<const inotify_event*>(at);
            take(*event, news);
            at += sizeof(inotify_event) + event->len;
        }
    }
}

std::vector<size_t> Watch::wait(std::optional<std::chrono::nanoseconds> timeout) {
    const auto begin = sys::boot_time();
    for (;;) {
        Wait wait;
        wait.add(inotify_.get(), POLLIN);
        supervisors_.prepare(wait);
        output_.prepare(wait);
        blind_.prepare(wait);
        if (timeout) wait.limit(begin + *timeout - sys::boot_time());
        wait.run();

        std::vector<size_t> news;
        read_events(news);
        const bool ended = supervisors_.fired(wait);
        const bool gone = output_.fired(wait);
        if (ended || blind_.fired()) {
            news = everything();
            scan_dir_has_changed_ = scan_dir_ >= 0;
        }
        const bool over = timeout && sys::boot_time() >= begin + *timeout;
        if (news.empty() && !scan_dir_has_changed_ && !gone && !over && !ended && !blind_.fired())
            continue;
        std::sort(news.begin(), news.end());
        news.erase(std::unique(news.begin(), news.end()), news.end());
        return news;
    }
}

}  // namespace hf::control
