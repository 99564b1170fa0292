// SPDX-License-Identifier: MIT
#include "control/inspect_all.h"

#include <unistd.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "control/output.h"
#include "inspect/stuck.h"

namespace hf::control {

using namespace inspect;

namespace {

ServicePair inspect_pair(const ServicePath& place) {
    ServicePair pair{inspect_service(place.name, place.path), ""};
    if (!pair.service.has_log) return pair;
    const ServiceView logger = inspect_service(place.name + "/log", place.path + "/log");
    bool others = has_logger_of_another(place.path, logger.pid());
    pair.logger = others ? "unsupervised" : state_word(logger);
    return pair;
}

ServicePair unanswered(const ServicePath& place) {
    ServicePair pair;
    pair.service.name = place.name;
    pair.service.path = place.path;
    pair.service.answers = false;
    return pair;
}

// Where threads of this process are stuck. Never destroyed: such a thread may outlive main.
class StuckPlaces {
  public:
    static StuckPlaces& all() {
        static auto* paths = new StuckPlaces;
        return *paths;
    }
    void add(const std::string& path) {
        std::lock_guard guard(mutex_);
        keys_.insert(key_of(path));
    }
    void remove(const std::string& path) {
        std::lock_guard guard(mutex_);
        keys_.erase(key_of(path));
    }
    bool has(const std::string& path) {
        std::lock_guard guard(mutex_);
        return !keys_.empty() && keys_.contains(key_of(path));
    }

  private:
    // All that is on a file system of others gets stuck together.
    static std::string key_of(const std::string& path) {
        std::string mount = remote_mount_of(path);
        return mount.empty() ? path : mount;
    }

    std::mutex mutex_;
    std::set<std::string> keys_;
};

// What the threads share. The one that looks holds no lock while it does.
struct Work {
    explicit Work(const std::vector<ServicePath>& all) : paths(all), found(all.size()) {}

    std::vector<ServicePath> paths;
    std::vector<ServicePair> found;
    size_t next = 0;  // all before it are found, or given up
    std::mutex mutex;
    std::condition_variable news;
};

// Under the lock.
void give_up_the_next(Work& work) {
    work.found[work.next] = unanswered(work.paths[work.next]);
    ++work.next;
}

bool is_known_not_to_answer(const Work& work) {
    return work.next < work.paths.size() && StuckPlaces::all().has(work.paths[work.next].path);
}

// Until all is done, or another thread has been given its place.
void work_on(const std::shared_ptr<Work>& work) {
    std::unique_lock lock(work->mutex);
    for (;;) {
        while (is_known_not_to_answer(*work)) give_up_the_next(*work);
        if (work->next >= work->paths.size()) break;
        size_t own = work->next;
        lock.unlock();
        ServicePair pair = inspect_pair(work->paths[own]);
        lock.lock();
        if (work->next != own) {  // too late: it was given up
            StuckPlaces::all().remove(work->paths[own].path);
            return;
        }
        work->found[own] = std::move(pair);
        ++work->next;
    }
    work->news.notify_all();
}

}  // namespace

std::vector<ServicePair> inspect_all(const std::vector<ServicePath>& paths) {
    auto work = std::make_shared<Work>(paths);
    constexpr std::chrono::milliseconds period(200);
    std::unique_lock lock(work->mutex);
    std::thread(work_on, work).detach();
    for (;;) {
        size_t before = work->next;
        bool done = work->news.wait_for(lock, period, [&] { return work->next >= paths.size(); });
        if (done) return std::move(work->found);
        if (work->next != before) continue;
        lock.unlock();
        bool stuck = !stuck_threads({::getpid()}).empty();
        lock.lock();
        if (!stuck || work->next != before) continue;
        StuckPlaces::all().add(work->paths[before].path);
        give_up_the_next(*work);
        std::thread(work_on, work).detach();
    }
}

}  // namespace hf::control
