// SPDX-License-Identifier: MIT
#include "inspect/elf.h"

#include <elf.h>
#include <fcntl.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <filesystem>
#include <memory>
#include <set>
#include <string_view>

#include "inspect/files.h"
#include "inspect/library_cache.h"
#include "sys/fd.h"

namespace hf::inspect {

namespace {

constexpr size_t most_segments = 128;
constexpr size_t most_entries = 4096;
constexpr size_t longest_name = 4096;
constexpr size_t most_libraries = 2000;

class Reader {
  public:
    explicit Reader(const std::string& path) {
        if (is_plain_file(path)) file_ = sys::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY);
    }
    explicit operator bool() const { return static_cast<bool>(file_); }

    template <typename Value>
    bool get(std::uint64_t at, Value& value) const {
        return read(at, &value, sizeof value) == sizeof value;
    }
    // Up to its null.
    std::string text(std::uint64_t at) const {
        std::string bytes(longest_name, '\0');
        bytes.resize(read(at, bytes.data(), bytes.size()));
        return bytes.substr(0, bytes.find('\0'));
    }

  private:
    size_t read(std::uint64_t at, void* into, size_t size) const {
        if (at > static_cast<std::uint64_t>(INT64_MAX)) return 0;
        ssize_t got =
            sys::retry([&] { return ::pread(file_.get(), into, size, static_cast<off_t>(at)); });
        return got > 0 ? static_cast<size_t>(got) : 0;
    }
    sys::Fd file_;
};

struct Bits32 {
    using Header = Elf32_Ehdr;
    using Segment = Elf32_Phdr;
    using Entry = Elf32_Dyn;
};
struct Bits64 {
    using Header = Elf64_Ehdr;
    using Segment = Elf64_Phdr;
    using Entry = Elf64_Dyn;
};

// Where in the file that stands which is loaded to `address`.
template <typename Segment>
std::optional<std::uint64_t> offset_of(const std::vector<Segment>& segments,
                                       std::uint64_t address) {
    for (const Segment& each : segments) {
        if (each.p_type == PT_LOAD && address >= each.p_vaddr &&
            address - each.p_vaddr < each.p_filesz)
            return each.p_offset + (address - each.p_vaddr);
    }
    return std::nullopt;
}

template <typename Bits>
void read_dynamic(const Reader& reader, const std::vector<typename Bits::Segment>& segments,
                  const typename Bits::Segment& dynamic, Elf& elf) {
    std::vector<typename Bits::Entry> entries;
    std::optional<std::uint64_t> names;
    const size_t count =
        std::min<size_t>(dynamic.p_filesz / sizeof(typename Bits::Entry), most_entries);
    for (size_t i = 0; i < count; ++i) {
        typename Bits::Entry entry{};
        if (!reader.get(dynamic.p_offset + i * sizeof entry, entry)) break;
        if (entry.d_tag == DT_NULL) break;
        if (entry.d_tag == DT_STRTAB) names = offset_of(segments, entry.d_un.d_ptr);
        entries.push_back(entry);
    }
    if (!names) return;
    for (const auto& entry : entries) {
        if (entry.d_tag == DT_NEEDED) elf.needed.push_back(reader.text(*names + entry.d_un.d_val));
        if (entry.d_tag == DT_RPATH) elf.rpath = reader.text(*names + entry.d_un.d_val);
        if (entry.d_tag == DT_RUNPATH) elf.runpath = reader.text(*names + entry.d_un.d_val);
    }
}

template <typename Bits>
std::optional<Elf> read_as(const Reader& reader) {
    typename Bits::Header header{};
    if (!reader.get(0, header) || header.e_phentsize != sizeof(typename Bits::Segment))
        return std::nullopt;
    Elf elf;
    elf.machine = header.e_machine;
    std::vector<typename Bits::Segment> segments;
    for (size_t i = 0; i < std::min<size_t>(header.e_phnum, most_segments); ++i) {
        typename Bits::Segment segment{};
        if (!reader.get(header.e_phoff + i * sizeof segment, segment)) break;
        segments.push_back(segment);
    }
    std::uint64_t first = UINT64_MAX;
    std::uint64_t last = 0;
    for (const auto& each : segments) {
        if (each.p_type == PT_INTERP) elf.loader = reader.text(each.p_offset);
        if (each.p_type == PT_DYNAMIC) read_dynamic<Bits>(reader, segments, each, elf);
        if (each.p_type != PT_LOAD) continue;
        first = std::min<std::uint64_t>(first, each.p_vaddr);
        last = std::max<std::uint64_t>(last, each.p_vaddr + each.p_memsz);
    }
    if (first < last) elf.span = last - first;
    return elf;
}

// The words of `text` between any of `separators`.
std::vector<std::string> split(std::string_view text, std::string_view separators) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        size_t end = std::min(text.find_first_of(separators), text.size());
        parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

void replace(std::string& text, std::string_view name, const std::string& value) {
    for (std::string form : {"${" + std::string(name) + "}", "$" + std::string(name)}) {
        for (size_t at; (at = text.find(form)) != std::string::npos;)
            text.replace(at, form.size(), value);
    }
}

// What is loaded, and by whom.
struct Object {
    std::string path;
    std::string origin;  // what $ORIGIN means there
    Elf elf;
    const Object* loader = nullptr;
};

// The order in which ld.so(8) looks.
class Loader {
  public:
    Loader(const std::string& library_path, const Elf& program)
        : library_path_(split(library_path, ":;")),
          is_64_(program.is_64),
          machine_(program.machine) {}

    Loading load(Object& program) {
        Loading result;
        std::vector<std::unique_ptr<Object>> loaded;
        std::set<std::string> known;
        std::vector<const Object*> waiting{&program};
        result.span = program.elf.span;
        for (size_t i = 0; i < waiting.size() && known.size() < most_libraries; ++i) {
            for (const std::string& name : waiting[i]->elf.needed) {
                if (!known.insert(name).second) continue;
                auto found = find(name, *waiting[i]);
                if (!found) {
                    result.missing.push_back(name);
                    continue;
                }
                result.span += found->elf.span;
                loaded.push_back(std::make_unique<Object>(std::move(*found)));
                waiting.push_back(loaded.back().get());
            }
        }
        return result;
    }

  private:
    std::optional<Object> find(const std::string& name, const Object& wanted_by) {
        if (name.find('/') != std::string::npos) return take(name, wanted_by);
        if (wanted_by.elf.runpath.empty()) {
            for (const Object* each = &wanted_by; each != nullptr; each = each->loader)
                if (auto found = among(paths(each->elf.rpath, *each), name, wanted_by))
                    return found;
        }
        if (auto found = among(library_path_, name, wanted_by)) return found;
        if (auto found = among(paths(wanted_by.elf.runpath, wanted_by), name, wanted_by))
            return found;
        for (const std::string& path : cache_.paths_of(name))
            if (auto found = take(path, wanted_by)) return found;
        return among(default_directories(), name, wanted_by);
    }

    std::optional<Object> among(const std::vector<std::string>& directories,
                                const std::string& name, const Object& wanted_by) const {
        for (const std::string& each : directories)
            if (auto found = take((each.empty() ? "." : each) + "/" + name, wanted_by))
                return found;
        return std::nullopt;
    }

    // One for another machine is passed over, as by the loader.
    std::optional<Object> take(const std::string& path, const Object& wanted_by) const {
        auto elf = read_elf(path);
        if (!elf || elf->is_64 != is_64_ || elf->machine != machine_) return std::nullopt;
        return Object{path, path.substr(0, path.rfind('/')), std::move(*elf), &wanted_by};
    }

    std::vector<std::string> paths(const std::string& list, const Object& object) const {
        auto result = split(list, ":");
        for (std::string& each : result) {
            replace(each, "ORIGIN", object.origin);
            replace(each, "LIB", is_64_ ? "lib64" : "lib");
        }
        return result;
    }

    // glibc's own, and Debian's for each kind of machine.
    std::vector<std::string> default_directories() const {
        std::vector<std::string> result;
        std::string of_machine;
        switch (machine_) {
            case EM_X86_64: of_machine = is_64_ ? "x86_64-linux-gnu" : "x86_64-linux-gnux32"; break;
            case EM_386: of_machine = "i386-linux-gnu"; break;
            case EM_AARCH64: of_machine = "aarch64-linux-gnu"; break;
            case EM_ARM: of_machine = "arm-linux-gnueabihf"; break;
            case EM_RISCV: of_machine = "riscv64-linux-gnu"; break;
            case EM_PPC64: of_machine = "powerpc64le-linux-gnu"; break;
            case EM_S390: of_machine = "s390x-linux-gnu"; break;
            default: break;
        }
        for (const char* root : {"", "/usr"}) {
            if (!of_machine.empty()) result.push_back(std::string(root) + "/lib/" + of_machine);
            for (const char* each : {"/lib64", "/lib32", "/lib"})
                result.push_back(std::string(root) + each);
        }
        return result;
    }

    std::vector<std::string> library_path_;
    bool is_64_;
    std::uint16_t machine_;
    LibraryCache cache_;
};

bool is_of_glibc(const std::string& loader) {
    std::string name = loader.substr(loader.rfind('/') + 1);
    return name.starts_with("ld-linux") || name.starts_with("ld64.so") || name == "ld.so.1";
}

}  // namespace

std::optional<Elf> read_elf(const std::string& path) {
    Reader reader(path);
    unsigned char ident[EI_NIDENT];
    if (!reader || !reader.get(0, ident) || std::memcmp(ident, ELFMAG, SELFMAG) != 0)
        return std::nullopt;
    constexpr bool little = std::endian::native == std::endian::little;
    if (ident[EI_DATA] != (little ? ELFDATA2LSB : ELFDATA2MSB)) return std::nullopt;
    const bool is_64 = ident[EI_CLASS] == ELFCLASS64;
    auto elf = is_64 ? read_as<Bits64>(reader) : read_as<Bits32>(reader);
    if (elf) elf->is_64 = is_64;
    return elf;
}

std::optional<Loading> loading_of(const std::string& program, const std::string& library_path) {
    auto elf = read_elf(program);
    if (!elf || !is_of_glibc(elf->loader)) return std::nullopt;
    std::error_code error;
    // The kernel tells the loader of the file behind all links: that is where $ORIGIN is.
    auto real = std::filesystem::canonical(program, error);
    Object object{program, (error ? std::filesystem::path(program) : real).parent_path(), *elf};
    Loading result = Loader(library_path, *elf).load(object);
    if (auto loader = read_elf(elf->loader)) result.span += loader->span;
    return result;
}

}  // namespace hf::inspect
