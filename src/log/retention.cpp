// SPDX-License-Identifier: MIT
#include "log/retention.h"

#include <algorithm>
#include <optional>
#include <set>

namespace hf::log {

namespace {

std::string_view label_part(const Archive& archive) {
    return std::string_view(archive.name).substr(0, format::label_size);
}

bool older(const Archive& a, const Archive& b) {
    return label_part(a) < label_part(b);
}

// Only what a multilog can have named: a foreign name must not drag the labels along.
std::optional<format::Tai64n> own_label(std::string_view name) {
    const std::string_view code = name.substr(format::label_size);
    if (!code.starts_with(".s") && !code.starts_with(".u")) return std::nullopt;
    return format::parse_label(name);
}

// A file is there under both names from when its compressed form is complete until multilog-zstd
// removes it. Counted twice, it would cost an older one its place.
void drop_compressed_twins(std::vector<Archive>& archives) {
    std::set<std::string> names;
    for (const Archive& archive : archives) names.insert(archive.name);
    std::erase_if(archives, [&](const Archive& one) { return names.contains(one.name + ".zst"); });
}

}  // namespace

bool looks_finished(std::string_view name) {
    return name.starts_with('@') && name.size() >= format::label_size;
}

std::vector<std::string> to_delete(std::vector<Archive> archives, const Limits& limits) {
    std::erase_if(archives, [](const Archive& archive) { return archive.waiting; });
    drop_compressed_twins(archives);
    std::sort(archives.begin(), archives.end(), older);
    uint64_t total = 0;
    for (const Archive& archive : archives) total += archive.size;

    std::vector<std::string> doomed;
    for (const Archive& archive : archives) {
        const size_t left = archives.size() - doomed.size();
        if (left < limits.files && total <= limits.total) break;
        total -= archive.size;
        doomed.push_back(archive.name);
    }
    return doomed;
}

format::Tai64n label_for(format::Tai64n now, const std::vector<Archive>& archives) {
    for (const Archive& archive : archives) {
        const auto taken = own_label(archive.name);
        if (taken && *taken >= now) now = next_moment(*taken);
    }
    return now;
}

}  // namespace hf::log
