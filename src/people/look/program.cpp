// SPDX-License-Identifier: MIT
#include "people/look/program.h"

#include <elf.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>

#include "people/look/words.h"
#include "sys/clock.h"
#include "sys/fd.h"

namespace hf::people {

namespace {

constexpr std::chrono::seconds patience(1);

struct Head {
    std::string bytes;
    sys::Fd file;
};

std::optional<Head> head_of(const std::string& path) {
    Head head;
    head.file = sys::open(path.c_str(), O_RDONLY | O_NONBLOCK);
    if (!head.file) return std::nullopt;
    head.bytes.resize(4096);
    ssize_t got = sys::retry(
        [&] { return ::pread(head.file.get(), head.bytes.data(), head.bytes.size(), 0); });
    if (got < 0) return std::nullopt;
    head.bytes.resize(static_cast<size_t>(got));
    return head;
}

std::string machine_name(unsigned machine) {
    switch (machine) {
        case EM_386: return "x86 32-bit";
        case EM_X86_64: return "x86-64";
        case EM_ARM: return "ARM 32-bit";
        case EM_AARCH64: return "ARM 64-bit";
        case EM_RISCV: return "RISC-V";
        case EM_PPC64: return "POWER 64-bit";
        case EM_S390: return "IBM Z";
        case EM_MIPS: return "MIPS";
        default: return "processor number " + std::to_string(machine);
    }
}

unsigned machine_of(const std::string& bytes) {
    std::uint16_t machine = 0;
    std::memcpy(&machine, bytes.data() + offsetof(Elf64_Ehdr, e_machine), sizeof machine);
    bool swapped = bytes[EI_DATA] != (__BYTE_ORDER == __LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB);
    return swapped ? __builtin_bswap16(machine) : machine;
}

unsigned own_machine() {
    static const unsigned machine = [] {
        auto head = head_of("/proc/self/exe");
        return head && head->bytes.size() > sizeof(Elf64_Ehdr) ? machine_of(head->bytes) : 0;
    }();
    return machine;
}

template <typename Header, typename Segment>
std::string loader_of(const Head& head) {
    Header header{};
    std::memcpy(&header, head.bytes.data(), sizeof header);
    for (unsigned i = 0; i < header.e_phnum && i < 64; ++i) {
        Segment segment{};
        auto at = static_cast<off_t>(header.e_phoff + i * sizeof segment);
        if (::pread(head.file.get(), &segment, sizeof segment, at) != sizeof segment) break;
        if (segment.p_type != PT_INTERP || segment.p_filesz > 4096) continue;
        std::string name(segment.p_filesz, '\0');
        ssize_t got = ::pread(head.file.get(), name.data(), name.size(),
                              static_cast<off_t>(segment.p_offset));
        return got > 0 ? std::string(name.c_str()) : "";
    }
    return "";
}

void read_binary(const Head& head, Executable& into) {
    into.format = Format::binary;
    unsigned machine = machine_of(head.bytes);
    into.machine = machine_name(machine);
    bool compatible = machine == own_machine() || (own_machine() == EM_X86_64 && machine == EM_386);
    into.foreign = !compatible;
    if (into.foreign) return;
    into.loader = head.bytes[EI_CLASS] == ELFCLASS64 ? loader_of<Elf64_Ehdr, Elf64_Phdr>(head)
                                                     : loader_of<Elf32_Ehdr, Elf32_Phdr>(head);
}

[[noreturn]] void become_and_run(const std::vector<std::string>& command, const Person& person,
                                 std::uint64_t address_space, int output) {
    if (::geteuid() == 0 && person.account.user != 0) sys::become(person.account);
    int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    std::vector<char*> words;
    words.reserve(command.size() + 1);
    for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    const rlimit limit{address_space, address_space};
    if (address_space != 0) ::setrlimit(RLIMIT_AS, &limit);
    ::execv(words[0], words.data());
    ::_exit(127);
}

// False when it took too long.
bool read_until_end(int from, std::string& into) {
    auto end = sys::boot_time() + patience;
    std::array<char, 4096> chunk{};
    for (;;) {
        auto left = std::chrono::ceil<std::chrono::milliseconds>(end - sys::boot_time()).count();
        pollfd input{from, POLLIN, 0};
        if (left <= 0 || ::poll(&input, 1, static_cast<int>(left)) <= 0) return false;
        ssize_t got = sys::retry([&] { return ::read(from, chunk.data(), chunk.size()); });
        if (got <= 0) return true;
        into.append(chunk.data(), static_cast<size_t>(got));
    }
}

}  // namespace

std::optional<Executable> executable(const std::string& path) {
    auto head = head_of(path);
    if (!head) return std::nullopt;
    Executable result;
    const std::string& bytes = head->bytes;
    result.byte_order_mark = bytes.starts_with("\xEF\xBB\xBF");
    if (bytes.empty()) {
        result.format = Format::empty;
    } else if (bytes.starts_with(ELFMAG) && bytes.size() > sizeof(Elf64_Ehdr)) {
        read_binary(*head, result);
    } else if (bytes.starts_with("#!")) {
        result.format = Format::script;
        result.first_line = bytes.substr(0, bytes.find('\n'));
        result.crlf = result.first_line.ends_with('\r');
        if (result.crlf) result.first_line.pop_back();
    }
    return result;
}

std::vector<std::string> missing_libraries(const std::string& path, const Executable& binary,
                                           const Person& person) {
    std::vector<std::string> missing;
    if (binary.loader.empty()) return missing;
    constexpr std::string_view complaint = "error while loading shared libraries: ";
    for (const std::string& line : lines_of(ask({binary.loader, "--list", path}, person).text)) {
        size_t end = line.find(" => not found");
        size_t start = line.find_first_not_of(" \t");
        size_t said = line.find(complaint);
        if (said != std::string::npos) {
            start = said + complaint.size();
            end = line.find(':', start);
        }
        if (end != std::string::npos) missing.push_back(line.substr(start, end - start));
    }
    return missing;
}

std::string find_in_path(const std::string& name, const std::string& path, const Person& person) {
    std::string closed;
    for (size_t at = 0; at <= path.size();) {
        size_t end = std::min(path.find(':', at), path.size());
        std::string candidate = path.substr(at, end - at) + "/" + name;
        struct stat found {};
        bool there = ::stat(candidate.c_str(), &found) == 0 && S_ISREG(found.st_mode);
        if (there && !obstacle_for(person, candidate, Need::executing)) return candidate;
        if (there && closed.empty()) closed = candidate;
        at = end + 1;
    }
    return closed;
}

bool loads_within(const std::string& path, const Executable& binary, const Person& person,
                  std::uint64_t address_space) {
    if (binary.loader.empty()) return true;
    const std::vector<std::string> question{binary.loader, "--list", path};
    if (ask(question, person).code != 0) return true;
    return ask(question, person, address_space).code == 0;
}

Said ask(const std::vector<std::string>& command, const Person& person,
         std::uint64_t address_space) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return {};
    sys::Fd from(pipe[0]);
    sys::Fd to(pipe[1]);
    pid_t child = ::fork();
    if (child == 0) become_and_run(command, person, address_space, to.get());
    to.reset();
    if (child < 0) return {};
    Said said;
    bool ended = read_until_end(from.get(), said.text);
    if (!ended) ::kill(child, SIGKILL);
    int status = 0;
    sys::retry([&] { return ::waitpid(child, &status, 0); });
    if (ended && WIFEXITED(status) && WEXITSTATUS(status) != 127) said.code = WEXITSTATUS(status);
    return said;
}

}  // namespace hf::people
