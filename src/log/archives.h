// SPDX-License-Identifier: MIT
// The files of one log directory: looking at them, naming the finished ones, deleting the oldest.
// Every change pauses and repeats while it fails; false means that a stop was asked for meanwhile.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>
#include <vector>

#include "log/patience.h"
#include "log/recovery.h"
#include "log/retention.h"
#include "log/script.h"

namespace hf::log {

constexpr unsigned finished_mode = 0744;
constexpr unsigned growing_mode = 0644;

class Archives {
  public:
    // `name` is the directory as the script has it, for messages. Throws if it cannot be opened.
    Archives(std::string name, const DirectoryRules& rules, Patience& patience);

    int directory() const { return directory_.get(); }
    const std::string& name() const { return name_; }
    Patience& patience() { return patience_; }
    std::string path(std::string_view file) const { return name_ + "/" + std::string(file); }

    // What is there; throws "unable to stat DIR/FILE".
    Found find(const char* file) const;
    bool exists(const char* file) const { return find(file).exists; }

    // Gives `file` its archive name: a label and `code` (".s" or ".u"). A file with a second link
    // has one already and only loses the old name. No file: nothing to do.
    bool archive(const char* file, const std::string& code);
    // The same for a file whose archive name takes one rename, with the message of a rotation.
    bool rename_finished(const char* file, const std::string& code);

    bool remove(const std::string& file);
    bool set_mode(const char* file, unsigned mode);
    bool prune();  // keeps what the rules allow
    bool
    make_free_space();  // deletes the oldest archives while the disk is too full; false if none
    bool too_full() const;
    uint64_t writable_bytes() const;  // on the disk, for us
    void sync_directory() const { ::fsync(directory_.get()); }

    // Whether a finished file is not compressed.
    bool has_uncompressed() const;

    // Complete files that wait for the processor, oldest first; `.u` with the execute bit.
    std::vector<std::string> waiting() const;
    // The archive name of a file, if it has one; by its present name or its inode.
    std::optional<std::string> archive_name_of(const char* file) const;
    std::optional<std::string> archive_name_of(uint64_t inode) const;

  private:
    std::optional<std::vector<Archive>> list() const;  // none with errno set if it cannot be read
    bool look_at(Archive& archive) const;
    bool name_it(const char* file, const std::string& code, bool keep_old_name);

    std::string name_;
    const DirectoryRules& rules_;
    Patience& patience_;
    sys::Fd directory_;
    std::optional<format::Tai64n> last_label_;  // of the last file that got its name from us
};

}  // namespace hf::log
