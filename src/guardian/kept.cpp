// SPDX-License-Identifier: MIT
#include "guardian/kept.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "guard/packet.h"
#include "guardian/descriptors.h"
#include "guardian/messages.h"

namespace hf::guardian {

namespace {

bool send_one(int socket, std::string_view name, int fd) {
    return guard::send(socket, {guard::Message::kept, 0, 0, 0}, name, fd, MSG_DONTWAIT) >= 0;
}

}  // namespace

// The file has room for all: what is not used costs nothing.
Kept::Kept(int memory) : memory_(memory) {
    if (memory_ < 0) memory_ = ::memfd_create("holdfast-kept", MFD_CLOEXEC);
    constexpr std::size_t size = most * sizeof(Entry);
    struct stat status {};
    if (memory_ < 0 || ::fstat(memory_, &status) < 0 ||
        (status.st_size < static_cast<off_t>(size) && !resize(memory_, size)))
        fatal_error("unable to create shared memory");
    void* at = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, memory_, 0);
    if (at == MAP_FAILED) fatal_error("unable to map shared memory");
    entries_ = static_cast<Entry*>(at);
    survive(false);
}

// An entry that was never used has no name and no descriptor, which are zeros in a new file.
std::span<Kept::Entry> Kept::used() const {
    std::size_t count = 0;
    while (count < most && (entries_[count].name_size != 0 || entries_[count].fd != 0)) ++count;
    return {entries_, count};
}

Kept::Entry* Kept::find(std::string_view name) const {
    for (Entry& entry : used()) {
        if (std::string_view(entry.name, entry.name_size) == name) return &entry;
    }
    return nullptr;
}

bool Kept::keep(std::string_view name, int fd) {
    if (name.empty() || name.size() > guard::longest_name) return false;
    Entry* entry = find(name);
    if (entry != nullptr) ::close(entry->fd);
    if (entry == nullptr) entry = find("");
    if (entry == nullptr && used().size() < most) entry = used().data() + used().size();
    if (entry == nullptr) return false;
    entry->fd = fd;
    std::ranges::copy(name, entry->name);
    entry->name_size = static_cast<std::uint32_t>(name.size());
    return true;
}

void Kept::drop(std::string_view name) {
    Entry* entry = name.empty() ? nullptr : find(name);
    if (entry == nullptr) return;
    ::close(entry->fd);
    entry->fd = -1;
    entry->name_size = 0;
}

bool Kept::send(int socket, std::size_t& next) const {
    for (std::span<Entry> all = used(); next < all.size(); ++next) {
        const Entry& entry = all[next];
        std::string_view name(entry.name, entry.name_size);
        if (!name.empty() && !send_one(socket, name, entry.fd)) return false;
    }
    return send_one(socket, "", -1);
}

void Kept::survive(bool exec) const {
    survive_exec(memory_, exec);
    for (const Entry& entry : used()) {
        if (entry.name_size != 0) survive_exec(entry.fd, exec);
    }
}

}  // namespace hf::guardian
