// Measures prometheus-cpp; takes the same commands as Sources/Measure.

#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/summary.h>
#include <prometheus/text_serializer.h>

#include "harness.hpp"
#include "inputs.hpp"

using namespace prometheus;

struct Bench {
    std::string name;
    const char* unit;
    std::function<double(Nanoseconds)> measure;
};

// Lives as long as the process, as an application's registry does.
static Registry& registry() {
    static Registry shared;
    return shared;
}

static const Summary::Quantiles quantiles = {{0.5, 0.05}, {0.9, 0.01}, {0.99, 0.001}};
static constexpr std::chrono::seconds window{600};

static std::map<std::string, std::string> labelMap(const Triple& values) {
    return {{"method", values[0]}, {"route", values[1]}, {"code", values[2]}};
}

static std::map<std::string, std::string> shard(size_t index) { return {{"shard", std::to_string(index)}}; }

static std::vector<Bench> everyMode(
    const std::string& name, const std::vector<Mode>& modes, std::function<Loops(const Mode&)> make) {
    std::vector<Bench> benches;
    for (const auto& mode : modes)
        benches.push_back({name + "/" + mode.suffix(), "ns", [=](Nanoseconds duration) {
                               return Stopwatch(duration).nanoseconds(make(mode));
                           }});
    return benches;
}

static Loops counterHandle(const Mode& mode) {
    auto& family = BuildCounter().Name("sample_total").Help("A sample.").Register(registry());
    auto make = [&](size_t index) {
        auto& counter = family.Add(shard(index));
        return [&counter](size_t) { counter.Increment(); };
    };
    std::vector<decltype(make(0))> operations;
    for (size_t index = 0; index < mode.series(); ++index) operations.push_back(make(index));
    return loops(mode, operations);
}

static Loops gaugeHandle(const Mode& mode) {
    auto& family = BuildGauge().Name("sample").Help("A sample.").Register(registry());
    static const auto values = bucketValues();
    auto make = [&](size_t index) {
        auto& gauge = family.Add(shard(index));
        return [&gauge, values = values.data()](size_t index) { gauge.Set(values[index & 65535]); };
    };
    std::vector<decltype(make(0))> operations;
    for (size_t index = 0; index < mode.series(); ++index) operations.push_back(make(index));
    return loops(mode, operations);
}

template <typename Family, typename... Arguments>
static Loops observing(const Mode& mode, Family& family, const Arguments&... arguments) {
    static const auto values = bucketValues();
    auto make = [&](size_t index) {
        auto& series = family.Add(shard(index), arguments...);
        return [&series, values = values.data()](size_t index) { series.Observe(values[index & 65535]); };
    };
    std::vector<decltype(make(0))> operations;
    for (size_t index = 0; index < mode.series(); ++index) operations.push_back(make(index));
    return loops(mode, operations);
}

static Loops histogramHandle(const Mode& mode) {
    return observing(mode, BuildHistogram().Name("sample").Help("A sample.").Register(registry()), boundaries);
}

static Loops summaryHandle(const Mode& mode) {
    return observing(
        mode, BuildSummary().Name("sample").Help("A sample.").Register(registry()), quantiles, window);
}

static Loops counterLookup(const Mode& mode) {
    auto& family = BuildCounter().Name("sample_responses_total").Help("Responses.").Register(registry());
    static std::vector<std::vector<Triple>> tables;
    for (size_t index = 0; index < mode.series(); ++index) tables.push_back(responses(index, mode.series()));
    auto make = [&](size_t index) {
        return [&family, table = tables[index].data()](size_t index) {
            family.Add(labelMap(table[index & 1023])).Increment();
        };
    };
    std::vector<decltype(make(0))> operations;
    for (size_t index = 0; index < mode.series(); ++index) operations.push_back(make(index));
    return loops(mode, operations);
}

static Loops emitMixed(const Mode& mode) {
    auto& counter = BuildCounter().Name("mixed_requests_total").Help("Requests.").Register(registry());
    auto& histogram = BuildHistogram().Name("mixed_duration_seconds").Help("Time.").Register(registry());
    auto& gauge = BuildGauge().Name("mixed_last_seconds").Help("Last.").Register(registry());
    auto& summary = BuildSummary().Name("mixed_latency_seconds").Help("Quantiles.").Register(registry());
    static const auto values = bucketValues();
    auto operation = [&, values = values.data()](size_t index) {
        const std::map<std::string, std::string> labels = {{"method", "GET"}, {"route", "/users"}};
        auto value = values[index & 65535];
        counter.Add(labels).Increment();
        histogram.Add(labels, boundaries).Observe(value);
        gauge.Add(labels).Set(value);
        summary.Add(labels, quantiles, window).Observe(value);
    };
    return loops(mode, std::vector<decltype(operation)>{operation});
}

template <size_t count>
static Loops render(const Mode& mode) {
    auto& family = BuildCounter().Name("requests_total").Help("Requests.").Register(registry());
    for (size_t index = 0; index < count; ++index) family.Add(labelMap(labels(index))).Increment(double(index));
    auto operation = [](size_t) { sink += TextSerializer().Serialize(registry().Collect()).size(); };
    return loops(mode, std::vector<decltype(operation)>{operation});
}

static double registerNew(size_t count, Nanoseconds duration) {
    std::vector<std::map<std::string, std::string>> sets;
    for (size_t index = 0; index < count; ++index) sets.push_back(labelMap(labels(index)));
    auto start = Clock::now();
    Nanoseconds spent{0};
    size_t families = 0;
    do {
        Registry fresh;
        auto& family = BuildCounter().Name("sample_responses_total").Help("Responses.").Register(fresh);
        auto began = Clock::now();
        for (const auto& set : sets) family.Add(set).Increment();
        spent += Clock::now() - began;
        ++families;
    } while (Clock::now() - start < duration);
    return spent.count() / double(families * count);
}

static double memoryCounter(Nanoseconds) {
    const size_t count = 1000000;
    auto before = residentBytes();
    auto& family = BuildCounter().Name("sample_total").Help("A sample.").Register(registry());
    for (size_t index = 0; index < count; ++index) family.Add(labelMap(labels(index))).Increment();
    return (residentBytes() - before) / double(count);
}

static double memoryHistogram(Nanoseconds) {
    const size_t count = 100000;
    const auto values = bucketValues();
    auto before = residentBytes();
    auto& family = BuildHistogram().Name("sample").Help("A sample.").Register(registry());
    for (size_t index = 0; index < count; ++index) {
        auto& series = family.Add(labelMap(labels(index)), boundaries);
        for (size_t offset = 0; offset < 20; ++offset) series.Observe(values[(index + offset) & 65535]);
    }
    return (residentBytes() - before) / double(count);
}

// Every observation goes into all slices at once, so that all are full without waiting. Ten series, because each of
// the million observations takes long.
static double memorySummary(Nanoseconds) {
    const size_t count = 10;
    const auto values = logNormalValues();
    auto before = residentBytes();
    auto& family = BuildSummary().Name("sample").Help("A sample.").Register(registry());
    for (size_t index = 0; index < count; ++index) {
        auto& series = family.Add(labelMap(labels(index)), quantiles, window);
        for (size_t sample = 0; sample < 100000; ++sample) series.Observe(values[(index * 61 + sample) & 65535]);
    }
    return (residentBytes() - before) / double(count);
}

static std::vector<Bench> everyBench() {
    std::vector<Bench> benches;
    auto add = [&](std::vector<Bench> more) { benches.insert(benches.end(), more.begin(), more.end()); };
    add(everyMode("counter/handle", allModes, counterHandle));
    add(everyMode("gauge/handle", allModes, gaugeHandle));
    add(everyMode("histogram/handle", allModes, histogramHandle));
    add(everyMode("summary/handle", allModes, summaryHandle));
    add(everyMode("counter/lookup3", allModes, counterLookup));
    add(everyMode("emit/mixed", {allModes[0], allModes[1]}, emitMixed));
    add(everyMode("render/1k", {allModes[0]}, render<1000>));
    add(everyMode("render/10k", {allModes[0]}, render<10000>));
    add(everyMode("render/100k", {allModes[0]}, render<100000>));
    add(everyMode("render/1m", {allModes[0]}, render<1000000>));
    add({{"register/new/10", "ns", [](auto duration) { return registerNew(10, duration); }},
         {"register/new/100k", "ns", [](auto duration) { return registerNew(100000, duration); }},
         {"register/new/1M", "ns", [](auto duration) { return registerNew(1000000, duration); }},
         {"memory/counter", "bytes", memoryCounter},
         {"memory/histogram", "bytes", memoryHistogram},
         {"memory/summary", "bytes", memorySummary}});
    return benches;
}

int main(int count, char** arguments) {
    auto benches = everyBench();
    if (count == 2 && !std::strcmp(arguments[1], "list")) {
        for (const auto& bench : benches) std::cout << "prometheus_cpp " << bench.name << "\n";
        return 0;
    }
    if (count == 5 && !std::strcmp(arguments[1], "run")) {
        for (const auto& bench : benches) {
            if (bench.name != arguments[3]) continue;
            auto value = bench.measure(std::chrono::milliseconds(std::atoi(arguments[4])));
            std::printf(
                "{\"bench\":\"%s\",\"impl\":\"prometheus_cpp\",\"%s\":%.3f}\n", bench.name.c_str(), bench.unit, value);
            return 0;
        }
    }
    std::cerr << "Usage: prometheus_cpp list | run prometheus_cpp BENCH MILLISECONDS\n";
    return 64;
}
