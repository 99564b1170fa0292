// SPDX-License-Identifier: MIT
// Any words on a command line: they are separated by NUL here.
#include <cstdint>
#include <string>
#include <vector>

#include "program/options.h"
#include "require.h"

using hf::test::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::vector<std::string> words(1);
    for (std::size_t i = 0; i < size; ++i) {
        if (data[i] == 0) {
            words.emplace_back();
        } else {
            words.back().push_back(static_cast<char>(data[i]));
        }
    }
    hf::program::Args args;
    for (std::string& word : words) args.push_back(word.data());
    hf::program::Options options(args, "nNxXa:c:", "usage");
    try {
        std::size_t found = 0;
        while (auto option = options.next()) {
            bool takes = option->letter == 'a' || option->letter == 'c';
            require((option->argument != nullptr) == takes);
            require(++found <= size);
        }
        hf::program::Args operands = options.operands();
        require(operands.size() <= args.size());
        for (std::size_t i = 1; i <= operands.size(); ++i)
            require(operands[operands.size() - i] == args[args.size() - i]);
    } catch (const hf::program::Usage& usage) {
        require(usage.line.ends_with("\nusage"));
    }
    return 0;
}
