// SPDX-License-Identifier: MIT
// The files of one log directory: looking at them, naming the finished ones, deleting the oldest.
// Every change pauses and repeats while it fails; false means that a stop was asked for meanwhile.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>
#include <vector>

#include "log/recovery.h"
#include "log/retention.h"
#include "log/retry.h"
#include "log/script.h"

namespace hf::log {

constexpr unsigned finished_mode = 0744;
constexpr unsigned growing_mode = 0644;

// fsync(2) and chmod(2) of a file of ours. What a file system cannot do at all (some know no modes,
// some cannot sync) is no failure: nobody could mend it.
bool sync_file(int fd);
bool change_mode(int fd, unsigned mode);

class Archives {
  public:
    // `name` is the directory as the script has it, for messages. Throws if it cannot be opened.
    Archives(std::string name, const DirectoryRules& rules, Retry& retry);

    int directory() const { return directory_.get(); }
    const std::string& name() const { return name_; }
    // Where the directory itself was deleted: makes it again, empty and not locked. False with
    // errno set if it is still there, or cannot be made.
    bool make_again();
    Retry& retry() { return retry_; }
    std::string path(std::string_view file) const { return name_ + "/" + std::string(file); }

    // What is there; throws "unable to stat DIR/FILE".
    Found find(const char* file) const;
    bool exists(const char* file) const { return find(file).exists; }

    // Calls until it succeeds, as Retry::insist(); where the rules keep the disk free, the oldest
    // archives go for want of room before anything pauses.
    template <typename Call>
    bool insist(const std::string& text, Call call) {
        return retry_.insist(text, [&] {
            while (!call()) {
                if (!make_room()) return false;
            }
            return true;
        });
    }

    // Gives `file` its archive name: a label and `code` (".s" or ".u"). A file that has one already
    // (a crash came between two steps) only loses the old name. No file: nothing to do.
    bool archive(const char* file, const std::string& code);
    // The same for a file whose archive name takes one rename, with the message of a rotation.
    bool rename_finished(const char* file, const std::string& code);

    // Opens a file of ours, never waiting and following no link. The directory may be its user's,
    // and this process root's: there a second name is no file of ours, unless it is here, too.
    sys::Fd open(const char* file, int flags) const;
    bool is_own(const struct stat& file) const;

    bool remove(const std::string& file);
    bool set_mode(int fd, const char* file, unsigned mode);
    // Renames, but to no name that is taken: then errno is EEXIST.
    bool rename_new(const char* from, const char* to) const;
    void prune();  // keeps what the rules allow; what cannot be deleted is said and stays
    // After a failure (errno) for want of room: deletes the oldest archive, if the rules say so.
    bool make_room();
    uint64_t writable_bytes() const;  // on the disk, for us
    void sync_directory() const { ::fsync(directory_.get()); }

    // The first finished file that is not compressed; empty if there is none.
    std::string oldest_uncompressed() const;

    // Complete files that wait for the processor, oldest first; `.u` with the execute bit.
    std::vector<std::string> waiting() const;
    // The archive name of a file, if it has one; by its present name or its inode.
    std::optional<std::string> archive_name_of(const char* file) const;
    std::optional<std::string> archive_name_of(uint64_t inode) const;

  private:
    std::optional<std::vector<Archive>> list() const;  // none with errno set if it cannot be read
    std::vector<std::string> archive_names_of(uint64_t inode) const;
    bool look_at(Archive& archive) const;
    bool name_it(const char* file, const std::string& code);
    bool too_full() const;
    bool delete_oldest(bool one_at_least);

    std::string name_;
    const DirectoryRules& rules_;
    Retry& retry_;
    sys::Fd directory_;
    std::optional<format::Tai64n> last_label_;  // of the last file that got its name from us
};

}  // namespace hf::log
