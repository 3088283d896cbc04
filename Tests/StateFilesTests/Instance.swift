import Arena
import PrometheusFormat
import Telemetry
import TelemetryMetrics
import TestKit

@testable import StateFiles

/// A process with a store, as far as its state goes; it ends by a kill unless it is finished.
final class Instance {
    let store: MetricStore
    let keeper: StateKeeper
    let hits: Family
    let latency: Family
    let level: Family

    init(
        _ places: StatePlaces, kept: [ForeignArena] = [], clock: CoarseClock = .system,
        environment: [String: String] = [:]
    ) throws {
        let limits = StoreLimits(memory: 64 << 20, samples: 100_000)
        keeper = StateKeeper(places, kept: kept, limit: limits.memory, environment: environment)
        store = try MetricStore(
            limits: limits, clock: clock, predecessor: keeper.predecessor, memory: keeper.takeMemory())
        try keeper.register(in: store)
        hits = try store.register(
            MetricDefinition(.counter, name: "hits_total", help: "Hits.", labels: ["a"]))
        latency = try store.register(
            MetricDefinition(.histogram, name: "latency_seconds", help: "Latency.", labels: ["a"]))
        var gauge = MetricDefinition(.gauge, name: "level", help: "Level.", labels: ["a"])
        gauge.expiry = .seconds(600)
        gauge.persistence = .kept
        level = try store.register(gauge)
        store.inheritRest()
        keeper.keep(store)
    }

    /// Records a value of `latency`.
    func observe(_ value: Double, _ label: String) { latency.handle(labels: [label])?.record(value) }

    /// What a series of `hits` shows.
    func shown(_ label: String = "x") -> String? { line("hits_total{a=\"\(label)\"}") }

    /// The value of a series on the page.
    func line(_ series: String) -> String? {
        lines().first { $0.hasPrefix("\(series) ") }.map { String($0.dropFirst(series.utf8.count + 1)) }
    }

    /// The page, with created times, as a scrape gets it.
    func lines() -> [String] {
        store.arena.succeed()
        return unscrapedLines()
    }

    /// The same, without a scrape.
    func unscrapedLines() -> [String] {
        let page = PageRenderer(store, format: .openMetrics, showsCreated: true).bytes()
        return String(decoding: page, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// How often a state was set aside for a cause, by the page.
    func setAside(_ cause: SetAsideCause) -> String? {
        line("heliograph_state_set_aside_total{cause=\"\(cause.rawValue)\"}")
    }
}

extension StatePlaces {
    /// A directory alone.
    static func directory(_ path: String) -> StatePlaces {
        var places = StatePlaces()
        places.directory = path
        return places
    }

    /// A live file, with a directory or without one.
    static func live(_ instance: String = "test", directory: String? = nil) -> StatePlaces {
        var places = StatePlaces()
        places.directory = directory
        places.memory = .file(instance: instance)
        return places
    }
}
