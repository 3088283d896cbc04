// The inputs that every implementation gets, as in Sources/Measure/Inputs.swift.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <vector>

using Triple = std::vector<std::string>;

inline const std::vector<double> boundaries = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

class Random {
public:
    uint64_t next() {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return state >> 33;
    }
    double fraction() { return double(next()) / 2147483648.0; }

private:
    uint64_t state = 42;
};

inline std::vector<double> bucketValues() {
    std::vector<double> edges = {0};
    edges.insert(edges.end(), boundaries.begin(), boundaries.end());
    edges.push_back(20);
    Random random;
    std::vector<double> values(65536);
    for (auto& value : values) {
        auto bucket = random.next() % (boundaries.size() + 1);
        value = edges[bucket] + (edges[bucket + 1] - edges[bucket]) * random.fraction();
    }
    return values;
}

inline std::vector<double> logNormalValues() {
    Random random;
    std::vector<double> values(65536);
    for (auto& value : values) {
        auto radius = std::sqrt(-2 * std::log(1 - random.fraction()));
        value = 0.1 * std::exp(radius * std::cos(2 * std::numbers::pi * random.fraction()));
    }
    return values;
}

// One of a thousand label sets.
inline Triple response(size_t number) {
    static const char* methods[] = {"GET", "PUT", "POST", "HEAD", "DELETE"};
    return {methods[number % 5], "/users/" + std::to_string(number / 50), std::to_string(200 + number / 5 % 10)};
}

inline std::vector<Triple> responses(size_t first, size_t step) {
    std::vector<Triple> result;
    for (size_t index = 0; index < 1024; ++index) result.push_back(response(first + index * 617 * step % 1000));
    return result;
}

// The label values of one of up to ten million series.
inline Triple labels(size_t number) {
    return {"GET", "/users/" + std::to_string(number / 10), std::to_string(200 + number % 10)};
}
