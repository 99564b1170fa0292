// SPDX-License-Identifier: MIT
#include "engine/quarantine.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstring>
#include <string_view>
#include <utility>

#include "engine/service_dir.h"
#include "format/quarantine_list.h"
#include "sys/clock.h"
#include "sys/error.h"
#include "sys/fd.h"
#include "sys/safe_open.h"

namespace hf::engine {

namespace {

// What has killed is tried after that time, doubled each time it is put here again.
constexpr core::Duration first_delay = std::chrono::seconds(5);
constexpr int most_doublings = 10;  // an hour and a half

// In the page a name that has killed stands behind this mark and a letter: how often, in lower case
// while it is held. A name cannot begin so by accident that has any meaning.
constexpr char killed_mark = '\1';

std::string current_directory() {
    std::array<char, PATH_MAX> path{};
    return ::getcwd(path.data(), path.size()) == nullptr ? "" : path.data();
}

// Where `name` leads; only the scan directory itself is read.
std::string target_of(const std::string& name) {
    if (name.starts_with('/')) return normal_path(name);
    std::string entry = name.substr(0, name.find('/'));
    std::string rest = name.substr(entry.size());
    std::array<char, PATH_MAX> target{};
    ssize_t size = ::readlink(entry.c_str(), target.data(), target.size() - 1);
    std::string_view path(target.data(), size > 0 ? static_cast<size_t>(size) : 0);
    if (path.empty()) path = entry;
    if (path.starts_with('/')) return normal_path(std::string(path) + rest);
    return normal_path(current_directory() + "/" + std::string(path) + rest);
}

core::Time now() {
    return core::Time(sys::boot_time());
}

std::chrono::seconds wall_seconds() {
    return std::chrono::floor<std::chrono::seconds>(sys::wall_time());
}

constexpr const char* new_file = ".svscan.quarantine.new";

// What the engine before has published.
format::QuarantineList published() {
    sys::Fd here = sys::open(".", O_PATH | O_DIRECTORY);
    auto bytes = sys::read_entry(here, format::quarantine_file, format::longest_quarantine_list);
    auto list = bytes ? format::quarantine_list(*bytes) : std::nullopt;
    bool is_ours = list && list->supervisor == ::getppid();
    return is_ours ? *list : format::QuarantineList{};
}

void take_as_an_engine_would(const std::string& name) {
    try {
        const format::SealKey no_seal{};
        Claim found;
        ServiceDir({name, {}, false}, no_seal, found).listen();
    } catch (const sys::Error&) {  // which an engine lives with, too
    }
}

}  // namespace

void probe(const std::string& name) {
    take_as_an_engine_would(name);
    if (::access((name + "/log").c_str(), F_OK) == 0) take_as_an_engine_would(name + "/log");
}

Quarantine::Quarantine(guard::SharedPage* page) : page_(page) {
    if (page_ == nullptr) return;
    const auto before = published();
    for (const char* at = page_->aside.data(); *at != '\0'; at += std::strlen(at) + 1) {
        Item item;
        item.name = at;
        if (at[0] == killed_mark && at[1] != '\0') {
            item.why = Why::killed;
            item.released = at[1] < 'a';
            item.times = at[1] - (item.released ? 'A' : 'a');
            item.name = at + 2;
        }
        item.since = wall_seconds();
        for (const format::Quarantined& each : before.all) {
            if (each.name == item.name && !item.released) item.since = each.since;
        }
        add(std::move(item));
    }
    if (page_->busy[0] != '\0')
        blame(page_->busy.data(), page_->killed_at_busy ? Why::killed : Why::stuck);
    page_->killed_at_busy = false;
    save();
}

void Quarantine::add(Item item) {
    item.target = target_of(item.name);
    if (item.why == Why::stuck) item.mount = mounts().of(item.target);
    if (item.mount == mounts().of(current_directory())) item.mount.clear();
    if (item.why == Why::killed)
        item.try_at = now() + first_delay * (1 << std::min(item.times, most_doublings));
    items_.push_back(std::move(item));
}

void Quarantine::blame(const std::string& name, Why why) {
    Item item;
    item.name = name;
    item.why = why;
    item.since = wall_seconds();
    std::erase_if(items_, [&](const Item& old) {
        if (old.name != name || old.why != why) return false;
        item.times = std::min(old.times + 1, most_doublings);
        return true;
    });
    add(std::move(item));
}

void Quarantine::save() const {
    size_t at = 0;
    for (const Item& item : items_) {
        std::string text = item.name;
        const int times = std::min(item.times, 25) + (item.released ? 'A' : 'a');
        if (item.why == Why::killed)
            text = killed_mark + std::string(1, static_cast<char>(times)) + text;
        if (at + text.size() + 2 > page_->aside.size()) break;
        std::ranges::copy(text, page_->aside.data() + at);
        at += text.size();
        page_->aside[at++] = '\0';
    }
    page_->aside[at] = '\0';
    publish();
}

// For `holdfast status` and `why`: nothing here depends on it, so where it cannot be written it is
// not there.
void Quarantine::publish() const {
    format::QuarantineList list{::getppid(), page_->boot, {}};
    for (const Item& item : items_) {
        if (item.released) continue;
        auto next = std::chrono::ceil<std::chrono::seconds>(item.try_at - now());
        list.all.push_back({item.name, item.why == Why::killed, item.since, wall_seconds() + next});
    }
    ::unlink(new_file);
    if (list.all.empty()) {
        ::unlink(format::quarantine_file);
        return;
    }
    sys::Fd file = sys::open(new_file, O_WRONLY | O_CREAT | O_EXCL, 0644);
    if (file && sys::write_all(file.get(), format::encode(list)))
        ::rename(new_file, format::quarantine_file);
}

const Mounts& Quarantine::mounts() {
    if (!mounts_) mounts_.emplace();
    return *mounts_;
}

bool Quarantine::concerns(const Item& item, const std::string& target) {
    if (item.released) return false;
    return item.mount.empty() ? is_below(item.target, target) : mounts().of(target) == item.mount;
}

std::optional<Quarantine::Why> Quarantine::holds(const std::string& name) {
    if (items_.empty()) return std::nullopt;
    const std::string target = target_of(name);
    for (size_t i = 0; i < items_.size(); ++i) {
        Item& item = items_[i];
        if (!concerns(item, target)) continue;
        if (!got_through(item)) return item.why;
        item.released = true;
        if (item.why == Why::stuck) items_.erase(items_.begin() + static_cast<ptrdiff_t>(i--));
        save();
    }
    return std::nullopt;
}

// A process that looks at everything an engine would. True when it has seen it, and lived.
bool Quarantine::got_through(Item& item) {
    if (now() < item.try_at) return false;
    if (item.probe == 0) {
        // Executed, it holds none of this engine's locks and pipes while it is stuck.
        item.probe = ::fork();
        if (item.probe != 0) return false;
        ::execl("/proc/self/exe", "holdfast-engine", "--probe", item.name.c_str(), nullptr);
        ::_exit(111);
    }
    siginfo_t info{};
    int waited = ::waitid(P_PID, static_cast<id_t>(item.probe), &info, WEXITED | WNOHANG);
    if (waited == 0 && info.si_pid != item.probe) return false;
    item.probe = 0;
    if (waited == 0 && info.si_code == CLD_EXITED && info.si_status == 0) return true;
    item.try_at = now() + first_delay * (1 << std::min(++item.times, most_doublings));
    save();
    return false;
}

}  // namespace hf::engine
