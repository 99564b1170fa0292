// SPDX-License-Identifier: MIT
#include "engine/attention.h"

#include <sys/time.h>

#include <algorithm>

namespace hf::engine {

namespace {

constexpr itimerval patience{{0, 0}, {1, 500'000}};
constexpr itimerval never{};

}  // namespace

Attention::Attention(sys::GuardPage* page, const std::string& name) : page_(page) {
    if (page_ == nullptr) return;
    size_t size = std::min(name.size(), page_->busy.size() - 1);
    std::copy_n(name.begin(), size, page_->busy.begin());
    page_->busy[size] = '\0';
    ::setitimer(ITIMER_REAL, &patience, nullptr);
}

Attention::~Attention() {
    if (page_ == nullptr) return;
    ::setitimer(ITIMER_REAL, &never, nullptr);
    page_->busy[0] = '\0';
}

}  // namespace hf::engine
