// SPDX-License-Identifier: MIT
// Descriptors that an engine gives the guardian to keep, by name: they survive it, and the next one
// gets them. The guardian does not know what they are.
//
// The table stands in a memory file of its own, so that keeping allocates nothing and a guardian
// that is replaced hands it over as it is.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "guard/protocol.h"

namespace hf::guardian {

class Kept {
  public:
    // The table of the guardian before, by its descriptor; -1: a new one.
    explicit Kept(int memory);

    // Takes `fd`. What was kept by this name is closed. False if that is no name, or no room.
    bool keep(std::string_view name, int fd);
    void drop(std::string_view name);

    // Sends the engine at `socket` what is kept, from `next` on, then the message that ends it.
    // False while that cannot be done, with `next` where to go on.
    bool send(int socket, std::size_t& next) const;

    // Whether everything survives an exec of this process, the table, too.
    void survive(bool exec) const;
    int memory() const { return memory_; }

  private:
    // Between versions: fields keep their place.
    struct Entry {
        std::int32_t fd = -1;  // of one that is free: whatever, its name is empty
        std::uint32_t name_size = 0;
        char name[120]{};
    };
    static_assert(sizeof(Entry) == 128 && guard::longest_name <= 120);
    static constexpr std::size_t most = 32 * 1024;

    std::span<Entry> used() const;
    Entry* find(std::string_view name) const;

    int memory_ = -1;
    Entry* entries_ = nullptr;
};

}  // namespace hf::guardian
