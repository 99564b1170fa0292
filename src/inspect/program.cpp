// SPDX-License-Identifier: MIT
#include "inspect/program.h"

#include <elf.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>

#include "inspect/elf.h"
#include "inspect/files.h"
#include "sys/clock.h"

namespace hf::inspect {

namespace {

constexpr std::chrono::seconds timeout(1);
constexpr size_t most_said = 64 * 1024 * 1024;

struct Head {
    std::string bytes;
    sys::Fd file;
};

std::optional<Head> head_of(const std::string& path) {
    Head head;
    if (is_plain_file(path)) head.file = sys::open(path.c_str(), O_RDONLY | O_NONBLOCK);
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

void read_binary(const std::string& path, const Head& head, Executable& into) {
    into.format = Format::binary;
    unsigned machine = machine_of(head.bytes);
    into.machine = machine_name(machine);
    bool compatible = machine == own_machine() || (own_machine() == EM_X86_64 && machine == EM_386);
    into.foreign = !compatible;
    if (into.foreign) return;
    if (auto elf = read_elf(path)) into.loader = elf->loader;
}

[[noreturn]] void run(const std::vector<std::string>& command, int input, int output) {
    ::dup2(input, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    std::vector<char*> words;
    words.reserve(command.size() + 1);
    for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    ::execv(words[0], words.data());
    ::_exit(127);
}

// False when it took too long, or was too much.
bool read_until_end(int from, std::string& into) {
    auto end = sys::boot_time() + timeout;
    std::array<char, 4096> chunk{};
    for (;;) {
        auto left = std::chrono::ceil<std::chrono::milliseconds>(end - sys::boot_time()).count();
        pollfd input{from, POLLIN, 0};
        if (left <= 0 || ::poll(&input, 1, static_cast<int>(left)) <= 0) return false;
        ssize_t got = sys::retry([&] { return ::read(from, chunk.data(), chunk.size()); });
        if (got <= 0) return true;
        into.append(chunk.data(), static_cast<size_t>(got));
        if (into.size() > most_said) return false;
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
        read_binary(path, *head, result);
    } else if (bytes.starts_with("#!")) {
        result.format = Format::script;
        result.first_line = bytes.substr(0, bytes.find('\n'));
        result.crlf = result.first_line.ends_with('\r');
        if (result.crlf) result.first_line.pop_back();
    }
    return result;
}

std::vector<std::string> missing_libraries(const std::string& path, const User& user,
                                           const std::string& library_path) {
    AsUser as_user(user);
    auto loading = loading_of(path, library_path);
    return loading ? loading->missing : std::vector<std::string>{};
}

std::string find_in_path(const std::string& name, const std::string& path, const User& user) {
    std::string closed;
    for (size_t at = 0; at <= path.size();) {
        size_t end = std::min(path.find(':', at), path.size());
        std::string candidate = path.substr(at, end - at) + "/" + name;
        bool there = is_plain_file(candidate);
        if (there && !access_problem_for(user, candidate, Access::executing)) return candidate;
        if (there && closed.empty()) closed = candidate;
        at = end + 1;
    }
    return closed;
}

bool loads_within(const std::string& path, const User& user, const std::string& library_path,
                  std::uint64_t address_space) {
    AsUser as_user(user);
    auto loading = loading_of(path, library_path);
    return !loading || !loading->missing.empty() || loading->span <= address_space;
}

ProgramOutput run_program(const std::vector<std::string>& command, const sys::Fd& input) {
    std::array<int, 2> pipe{};
    sys::Fd nothing = sys::open("/dev/null", O_RDONLY);
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return {};
    sys::Fd from(pipe[0]);
    sys::Fd to(pipe[1]);
    pid_t child = ::fork();
    if (child == 0) run(command, input ? input.get() : nothing.get(), to.get());
    to.reset();
    if (child < 0) return {};
    ProgramOutput said;
    bool ended = read_until_end(from.get(), said.text);
    if (!ended) ::kill(child, SIGKILL);
    int status = 0;
    sys::retry([&] { return ::waitpid(child, &status, 0); });
    if (ended && WIFEXITED(status) && WEXITSTATUS(status) != 127) said.code = WEXITSTATUS(status);
    return said;
}

}  // namespace hf::inspect
