// SPDX-License-Identifier: MIT
#include "text/runtimes.h"

#include <array>

namespace hf::text {

namespace {

constexpr std::string_view of_an_image =
    "Headless. The image, its .changes and its .sources are together here.";

constexpr std::array runtimes{
    Runtime{.name = "squeak",
            .ending = ".image",
            .other_ending = "",
            .program = "squeakvm",  // Debian's squeak is a script for desktops
            .elsewhere = "/usr/lib/squeak/*/squeakvm",
            .options = "-vm-sound-null -vm-display-null",
            .file_option = "",
            .memory_option = "-mmap {M}m",
            .memory_setting = "",
            .setting = "HOME={D}",
            .remark = of_an_image},
    Runtime{.name = "pharo",
            .ending = ".image",
            .other_ending = "",
            .program = "pharo",
            .elsewhere = "",
            .options = "--headless",
            .file_option = "",
            .memory_option = "--maxOldSpaceSize={B}",
            .memory_setting = "",
            .setting = "HOME={D}",
            .remark = of_an_image},
    Runtime{.name = "java",
            .ending = ".jar",
            .other_ending = ".java",
            .program = "java",
            .elsewhere = "",
            .options = "-XX:+ExitOnOutOfMemoryError",
            .file_option = "-jar",
            .memory_option = "-Xmx{M}m",
            .memory_setting = "JAVA_TOOL_OPTIONS=-Xmx{M}m",
            .setting = "",
            .remark = "-Xmx limits the heap; the whole process takes about half as much again."},
    Runtime{.name = "node",
            .ending = ".js",
            .other_ending = ".mjs",
            .program = "node",
            .elsewhere = "",
            .options = "",
            .file_option = "",
            .memory_option = "--max-old-space-size={M}",
            .memory_setting = "NODE_OPTIONS=--max-old-space-size={M}",
            .setting = "NODE_ENV=production",
            .remark = ""},
    Runtime{.name = "python",
            .ending = ".py",
            .other_ending = ".pyz",
            .program = "python3",
            .elsewhere = "",
            .options = "",
            .file_option = "",
            .memory_option = "",
            .memory_setting = "",
            .setting = "PYTHONUNBUFFERED=1",
            .remark = "Unbuffered: its output is in the log at once."},
    Runtime{.name = "ruby",
            .ending = ".rb",
            .other_ending = "",
            .program = "ruby",
            .elsewhere = "",
            .options = "",
            .file_option = "",
            .memory_option = "",
            .memory_setting = "",
            .setting = "RACK_ENV=production",
            .remark = ""},
};

struct Alias {
    std::string_view program;
    std::string_view runtime;
};

constexpr std::array aliases{Alias{"squeak", "squeak"}, Alias{"nodejs", "node"}};
constexpr std::array launchers{Alias{"npm", "node"},  Alias{"npx", "node"},
                               Alias{"yarn", "node"}, Alias{"pnpm", "node"},
                               Alias{"mvn", "java"},  Alias{"gradle", "java"}};

std::string_view base(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

}  // namespace

std::vector<std::string> runtime_names() {
    std::vector<std::string> names;
    for (const Runtime& each : runtimes) names.emplace_back(each.name);
    return names;
}

const Runtime* runtime_named(std::string_view name) {
    for (const Runtime& each : runtimes) {
        if (each.name == name) return &each;
    }
    return nullptr;
}

const Runtime* runtime_of_program(std::string_view program) {
    for (const Runtime& each : runtimes) {
        if (each.program == base(program)) return &each;
    }
    for (const Alias& each : aliases) {
        if (each.program == base(program)) return runtime_named(each.runtime);
    }
    return nullptr;
}

const Runtime* runtime_behind(std::string_view program) {
    for (const Alias& each : launchers) {
        if (each.program == base(program)) return runtime_named(each.runtime);
    }
    return nullptr;
}

}  // namespace hf::text
