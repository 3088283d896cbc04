// How operations are repeated and timed, as in Sources/Measure.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

using Clock = std::chrono::steady_clock;
using Nanoseconds = std::chrono::duration<double, std::nano>;

struct Mode {
    size_t threads;
    bool split;
    bool work;

    std::string suffix() const {
        return std::to_string(threads) + "t" + (split ? "-split" : "") + (work ? "/work" : "");
    }
    size_t series() const { return split ? threads : 1; }
};

inline const std::vector<Mode> allModes = {
    {1, false, false}, {2, false, false}, {2, true, false}, {1, false, true}, {2, false, true}};

// Performs an operation for each index from the first to before the second.
using Loop = std::function<void(size_t, size_t)>;

inline std::atomic<uint64_t> sink{0};

// About 100 ns of arithmetic, each step waiting for the one before.
inline uint64_t worked(uint64_t state) {
    for (int step = 0; step < 90; ++step) state = state * 6364136223846793005u + 1442695040888963407u;
    return state;
}

template <typename Operation>
Loop plain(Operation operation) {
    return [operation](size_t first, size_t end) mutable {
        for (size_t index = first; index < end; ++index) operation(index);
    };
}

template <typename Operation>
Loop withWork(Operation operation) {
    return [operation](size_t first, size_t end) mutable {
        uint64_t state = 1;
        for (size_t index = first; index < end; ++index) {
            operation(index);
            state = worked(state);
        }
        sink.store(state, std::memory_order_relaxed);
    };
}

struct Loops {
    std::vector<Loop> measured;
    // The work alone; empty where there is none.
    std::vector<Loop> subtracted;
};

// One operation for each series; threads take turns where there are fewer.
template <typename Operation>
Loops loops(const Mode& mode, const std::vector<Operation>& operations) {
    Loops result;
    for (size_t thread = 0; thread < mode.threads; ++thread) {
        const auto& operation = operations[thread % operations.size()];
        result.measured.push_back(mode.work ? withWork(operation) : plain(operation));
        if (mode.work) result.subtracted.push_back(withWork([](size_t) {}));
    }
    return result;
}

class Stopwatch {
public:
    explicit Stopwatch(Nanoseconds duration) : duration(duration) {}

    // The cost of one operation to the thread that performs it.
    double nanoseconds(const Loops& loops) const {
        if (loops.subtracted.empty()) return cost(loops.measured, duration);
        std::vector<double> differences;
        for (int turn = 0; turn < turns; ++turn) {
            auto whole = cost(loops.measured, duration / (2 * turns));
            differences.push_back(whole - cost(loops.subtracted, duration / (2 * turns)));
        }
        return median(differences);
    }

private:
    static constexpr int turns = 5;
    static constexpr std::chrono::milliseconds chunkLength{1};
    Nanoseconds duration;

    static double median(std::vector<double> values) {
        std::sort(values.begin(), values.end());
        return values[values.size() / 2];
    }

    static Nanoseconds timed(const Loop& loop, size_t first, size_t end) {
        auto start = Clock::now();
        loop(first, end);
        return Clock::now() - start;
    }

    static size_t chunkOf(const Loop& loop) {
        for (size_t count = 1;; count *= 2) {
            Nanoseconds quickest = std::chrono::seconds(1);
            for (int run = 0; run < 3; ++run) quickest = std::min(quickest, timed(loop, 0, count));
            if (quickest >= chunkLength) return count;
        }
    }

    static double repeated(const Loop& loop, size_t chunk, size_t first, Nanoseconds length) {
        auto start = Clock::now();
        std::vector<double> lengths;
        for (size_t index = first; Clock::now() - start < length; index += chunk)
            lengths.push_back(timed(loop, index, index + chunk).count());
        return median(lengths) / double(chunk);
    }

    // The mean over threads that start together.
    static double cost(const std::vector<Loop>& loops, Nanoseconds length) {
        auto chunk = chunkOf(loops[0]);
        std::vector<double> costs(loops.size());
        std::atomic<size_t> waiting{loops.size()};
        auto run = [&](size_t thread) {
            --waiting;
            while (waiting > 0) std::this_thread::yield();
            costs[thread] = repeated(loops[thread], chunk, thread * 32768, length);
        };
        std::vector<std::thread> threads;
        for (size_t thread = 1; thread < loops.size(); ++thread) threads.emplace_back(run, thread);
        run(0);
        for (auto& thread : threads) thread.join();
        double sum = 0;
        for (auto value : costs) sum += value;
        return sum / double(costs.size());
    }
};

inline double residentBytes() {
    long total = 0, resident = 0;
    FILE* file = std::fopen("/proc/self/statm", "r");
    if (!file || std::fscanf(file, "%ld %ld", &total, &resident) != 2) std::abort();
    std::fclose(file);
    return double(resident) * double(sysconf(_SC_PAGESIZE));
}
