// SPDX-License-Identifier: MIT
// supervise/status as anybody may have left it. The first byte says whether what follows is the
// file, or the file but for its checksum, which is then put right.
#include <algorithm>
#include <cstdint>
#include <span>

#include "format/history.h"
#include "format/status.h"
#include "require.h"

using namespace hf;
using hf::test::require;

namespace {

void try_to_resume(const format::Record& record) {
    core::Moment now{core::Time(std::chrono::hours(1)), {}};
    for (int way = 0; way < 16; ++way) {
        const core::Circumstances found{(way & 1) != 0, (way & 2) != 0, (way & 4) != 0,
                                        (way & 8) != 0};
        core::Service service = core::resumed(record.service, core::default_rules, found, now);
        auto due = core::next_due(service, core::default_rules);
        if (due) core::step(service, core::default_rules, core::Timeout{due->why}, now);
        if (core::has_process(service)) require(static_cast<int>(service.process.pid) > 0);
    }
}

void try_to_decode(std::span<const std::byte> bytes) {
    format::decode_classic(bytes);
    for (const format::Note& event : format::history(bytes)) require(event.number != 0);
    auto record = format::decode(bytes);
    if (auto anew = format::laid_out_anew(bytes)) {
        require(!format::laid_out_anew(*anew));
        require(format::decode(*anew) == record);
        require(format::history(*anew).size() <= format::our_history.slots);
    }
    if (!record) return;
    require(format::decode(format::encode(*record)) == record);
    try_to_resume(*record);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    auto bytes = std::as_bytes(std::span(data + 1, size - 1));
    try_to_decode(bytes);
    if (data[0] == 0) return 0;
    format::RecordBytes whole{};
    std::ranges::copy(bytes.first(std::min(bytes.size(), whole.size())), whole.begin());
    format::stamp(whole, core::Pid(data[0]), {core::Time(std::chrono::hours(1)), {}});
    try_to_decode(whole);
    return 0;
}
