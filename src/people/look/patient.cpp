// SPDX-License-Identifier: MIT
#include "people/look/patient.h"

#include <unistd.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "people/look/stuck.h"

namespace hf::people {

namespace {

SeenPair look_at_pair(const Place& place) {
    SeenPair pair{look_at(place.name, place.path), ""};
    if (pair.service.has_log)
        pair.logger = state_word(look_at(place.name + "/log", place.path + "/log"));
    return pair;
}

SeenPair unanswered(const Place& place) {
    SeenPair pair;
    pair.service.name = place.name;
    pair.service.path = place.path;
    pair.service.answers = false;
    return pair;
}

// Where threads of this process are stuck. Never destroyed: such a thread may outlive main.
class StuckPlaces {
  public:
    static StuckPlaces& all() {
        static auto* places = new StuckPlaces;
        return *places;
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
    explicit Work(const std::vector<Place>& all) : places(all), found(all.size()) {}

    std::vector<Place> places;
    std::vector<SeenPair> found;
    size_t next = 0;  // all before it are found, or given up
    std::mutex mutex;
    std::condition_variable news;
};

// Under the lock.
void give_up_the_next(Work& work) {
    work.found[work.next] = unanswered(work.places[work.next]);
    ++work.next;
}

bool is_known_not_to_answer(const Work& work) {
    return work.next < work.places.size() && StuckPlaces::all().has(work.places[work.next].path);
}

// Until all is done, or another thread has been given its place.
void work_on(const std::shared_ptr<Work>& work) {
    std::unique_lock lock(work->mutex);
    for (;;) {
        while (is_known_not_to_answer(*work)) give_up_the_next(*work);
        if (work->next >= work->places.size()) break;
        size_t own = work->next;
        lock.unlock();
        SeenPair pair = look_at_pair(work->places[own]);
        lock.lock();
        if (work->next != own) {  // too late: it was given up
            StuckPlaces::all().remove(work->places[own].path);
            return;
        }
        work->found[own] = std::move(pair);
        ++work->next;
    }
    work->news.notify_all();
}

}  // namespace

std::vector<SeenPair> look_at_all(const std::vector<Place>& places) {
    auto work = std::make_shared<Work>(places);
    constexpr std::chrono::milliseconds period(200);
    std::unique_lock lock(work->mutex);
    std::thread(work_on, work).detach();
    for (;;) {
        size_t before = work->next;
        bool done = work->news.wait_for(lock, period, [&] { return work->next >= places.size(); });
        if (done) return std::move(work->found);
        if (work->next != before) continue;
        lock.unlock();
        bool stuck = !stuck_threads({::getpid()}).empty();
        lock.lock();
        if (!stuck || work->next != before) continue;
        StuckPlaces::all().add(work->places[before].path);
        give_up_the_next(*work);
        std::thread(work_on, work).detach();
    }
}

}  // namespace hf::people
