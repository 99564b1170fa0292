// SPDX-License-Identifier: MIT
#include "inspect/library_cache.h"

#include <fcntl.h>

#include <cstdint>
#include <cstring>
#include <string_view>

#include "sys/fd.h"
#include "sys/safe_open.h"

namespace hf::inspect {

namespace {

constexpr size_t largest = 16 * 1024 * 1024;
constexpr std::string_view magic = "glibc-ld.so.cache1.1";

// As in glibc's dl-cache.h. Places of texts count from the header.
struct Header {
    char magic[20];
    std::uint32_t entries;
    std::uint32_t size_of_texts;
    std::uint8_t flags;
    std::uint8_t padding[3];
    std::uint32_t extension;
    std::uint32_t unused[3];
};
static_assert(sizeof(Header) == 48);
struct Entry {
    std::int32_t flags;
    std::uint32_t name;
    std::uint32_t path;
    std::uint32_t os_version;
    std::uint64_t hardware;
};
static_assert(sizeof(Entry) == 24);

}  // namespace

LibraryCache::LibraryCache(const std::string& file) {
    sys::Fd cache = sys::open(file.c_str(), O_RDONLY | O_NONBLOCK);
    if (cache) sys::read_at_most(cache.get(), largest, bytes_);
    // The old form may stand before it.
    begin_ = bytes_.find(magic);
    if (begin_ == std::string::npos) bytes_.clear();
}

std::vector<std::string> LibraryCache::paths_of(const std::string& name) const {
    std::vector<std::string> paths;
    Header header{};
    if (bytes_.size() < begin_ + sizeof header) return paths;
    std::memcpy(&header, bytes_.data() + begin_, sizeof header);
    auto text = [&](std::uint32_t at) -> std::string_view {
        return at < bytes_.size() - begin_ ? bytes_.c_str() + begin_ + at : "";
    };
    for (std::uint32_t i = 0; i < header.entries; ++i) {
        const size_t at = begin_ + sizeof header + i * sizeof(Entry);
        if (at + sizeof(Entry) > bytes_.size()) break;
        Entry entry{};
        std::memcpy(&entry, bytes_.data() + at, sizeof entry);
        if (text(entry.name) == name) paths.emplace_back(text(entry.path));
    }
    return paths;
}

}  // namespace hf::inspect
