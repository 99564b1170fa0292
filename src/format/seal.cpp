// SPDX-License-Identifier: MIT
#include "format/seal.h"

#include <algorithm>
#include <bit>

#include "format/bytes.h"
#include "format/status.h"

namespace hf::format {

namespace {

static_assert(record_size <= seal_at && seal_at + 8 <= our_history.at);

struct SipState {
    std::uint64_t a, b, c, d;

    void round() noexcept {
        a += b;
        b = std::rotl(b, 13) ^ a;
        a = std::rotl(a, 32);
        c += d;
        d = std::rotl(d, 16) ^ c;
        a += d;
        d = std::rotl(d, 21) ^ a;
        c += b;
        b = std::rotl(b, 17) ^ c;
        c = std::rotl(c, 32);
    }
    void take(std::uint64_t word) noexcept {
        d ^= word;
        round();
        round();
        a ^= word;
    }
};

}  // namespace

std::uint64_t siphash(const SealKey& key, std::span<const std::byte> bytes) noexcept {
    SipState state{key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
                   key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573};
    std::uint64_t last = static_cast<std::uint64_t>(bytes.size()) << 56U;
    for (; bytes.size() >= 8; bytes = bytes.subspan(8)) state.take(get<std::uint64_t>(bytes, 0));
    for (size_t i = 0; i < bytes.size(); ++i)
        last |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
    state.take(last);
    state.c ^= 0xff;
    for (int i = 0; i < 4; ++i) state.round();
    return state.a ^ state.b ^ state.c ^ state.d;
}

std::uint64_t seal_of(std::span<const std::byte> record, const Seal& seal) noexcept {
    std::array<std::byte, seal_at + 16> bytes{};
    std::ranges::copy(record, bytes.begin());
    put(bytes, record.size(), seal.directory.device);
    put(bytes, record.size() + 8, seal.directory.inode);
    return siphash(seal.key, std::span(bytes).first(record.size() + 16));
}

// The size is the record's own, so that one of another version is known, too.
bool is_sealed(std::span<const std::byte> status_file, const Seal& seal) {
    constexpr size_t size_at = 20;
    if (status_file.size() < seal_at + 8 || seal.key == SealKey{}) return false;
    const size_t size = get<std::uint16_t>(status_file, size_at);
    if (size <= size_at || size > seal_at) return false;
    return get<std::uint64_t>(status_file, seal_at) == seal_of(status_file.first(size), seal);
}

}  // namespace hf::format
