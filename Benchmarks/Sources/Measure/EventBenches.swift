import Heliograph
import SampleEvents

/// Emitting typed events.
enum EventBenches {
    static var all: [Bench] {
        Bench.loops("emit/none", [.one]) { Loops($0, [EmitUnobserved()]) }
            + Bench.loops("emit/handler", [.one]) { Loops($0, [try EmitHandled()]) }
            + Bench.loops("emit/mixed", [.one, .two]) { Loops($0, [try EmitMixed()]) }
            + Bench.loops("counter/lookup3", Mode.all) { mode in
                let exporter = try Exporter(MetricSet([]))
                let responses = try exporter.family(
                    of: MetricDefinition(
                        .counter, name: "sample_responses", help: "Responses.",
                        labels: ["method", "route", "code"]))
                return Loops(
                    mode,
                    (0..<mode.seriesCount).map {
                        CountResponse(
                            family: responses,
                            responses: Inputs.responses(from: $0, step: mode.seriesCount))
                    })
            }
            + Bench.loops("emit/counter3", Mode.all) { mode in
                let exporter = try responseCounter()
                return Loops(
                    mode,
                    (0..<mode.seriesCount).map {
                        EmitResponse(
                            exporter: exporter,
                            responses: Inputs.responses(from: $0, step: mode.seriesCount))
                    })
            }
    }

    /// Counts responses by all their labels.
    static func responseCounter(seriesLimit: Int = 10_000) throws -> Exporter {
        let method = Label("method", \SampleEvents.Response.method)
        let route = Label("route", \SampleEvents.Response.route)
        let code = Label("code", \SampleEvents.Response.code)
        return try Exporter(
            MetricSet {
                Counter(
                    "sample_responses_total", "Responses.", of: SampleEvents.responded,
                    labels: method, route, code
                ).seriesLimit(seriesLimit)
            }, configuration: .unlimited)
    }
}

private struct EmitUnobserved: Operation {
    private let request = SampleEvents.Request(method: "GET", route: "/users", seconds: 0.012)

    func perform(_ index: Int) { SampleEvents.unobserved.emit(request) }
}

/// An event with a handler as applications attach them.
private final class EmitHandled: Operation {
    private let request = SampleEvents.Request(method: "GET", route: "/users", seconds: 0.012)

    init() throws {
        try HandlerRegistry.shared.attach("emit.handled", to: SampleEvents.handled) { request in
            keep(UInt64(request.seconds))
        }
    }

    deinit { try? HandlerRegistry.shared.detach("emit.handled") }

    func perform(_ index: Int) { SampleEvents.handled.emit(request) }
}

private struct CountResponse: Operation {
    let family: SeriesFamily
    let responses: FixedInputs<ResponseInput>

    func perform(_ index: Int) { count(responses[index]) }

    // Inlined, it would copy the strings again.
    @inline(never)
    private func count(_ response: borrowing ResponseInput) {
        family.increment(response.labels.method, response.labels.route, response.labels.code)
    }
}

private struct EmitResponse: Operation {
    /// Counts as long as it is held.
    let exporter: Exporter
    let responses: FixedInputs<ResponseInput>

    func perform(_ index: Int) { emit(responses[index]) }

    @inline(never)
    private func emit(_ response: borrowing ResponseInput) { SampleEvents.responded.emit(response.labels) }
}

/// One event for a counter, a histogram, a gauge and a summary with the same two labels.
struct EmitMixed: Operation {
    /// Counts as long as it is held.
    private let exporter: Exporter
    private let values = FixedInputs(Inputs.values)

    init() throws {
        let method = Label("method", \SampleEvents.Request.method)
        let route = Label("route", \SampleEvents.Request.route)
        let event = SampleEvents.mixed
        exporter = try Exporter(
            MetricSet {
                Counter("mixed_requests_total", "Requests.", of: event, labels: method, route)
                Histogram(
                    "mixed_duration_seconds", "Time.", of: event, observing: \.seconds,
                    buckets: Buckets(Inputs.boundaries), labels: method, route)
                Gauge("mixed_last_seconds", "Last.", of: event, observing: \.seconds, labels: method, route)
                Summary(
                    "mixed_latency_seconds", "Quantiles.", of: event, observing: \.seconds,
                    labels: method, route)
            })
    }

    func perform(_ index: Int) {
        SampleEvents.mixed.emit(.init(method: "GET", route: "/users", seconds: values[index]))
    }
}
