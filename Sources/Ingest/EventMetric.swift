package import TelemetryMetrics

/// A metric that is filled from events of a wire, as a configuration defines it.
package struct EventMetric: Sendable {
    /// Which events a metric records, by equality on their metadata.
    package enum Filter: Sendable, Equatable {
        /// All of them.
        case all
        /// Those that carry all these pairs.
        case keep([Condition])
        /// Those that don't carry all these pairs.
        case drop([Condition])
    }

    /// A name and the text that the metadata must have under it.
    package struct Condition: Sendable, Equatable {
        fileprivate let name: [UInt8]
        fileprivate let value: [UInt8]

        /// Compares byte by byte.
        package init(_ name: String, _ value: String) {
            self.name = Array(name.utf8)
            self.value = Array(value.utf8)
        }
    }

    /// The metric; its labels are filled from the metadata of the same names.
    package var definition: MetricDefinition
    /// The name of the event.
    package var event: String
    /// The name of the measurement; a counter has none.
    package var measurement: String?
    /// Which events are recorded.
    package var filter: Filter

    /// Makes a metric.
    package init(
        _ definition: MetricDefinition, event: String, measurement: String?, filter: Filter = .all
    ) {
        self.definition = definition
        self.event = event
        self.measurement = measurement
        self.filter = filter
    }
}

extension EventMetric.Filter {
    func takes(_ event: borrowing WireEvent) -> Bool {
        switch self {
        case .all: true
        case .keep(let conditions): Self.all(conditions, of: event)
        case .drop(let conditions): !Self.all(conditions, of: event)
        }
    }

    private static func all(_ conditions: [EventMetric.Condition], of event: borrowing WireEvent) -> Bool {
        conditions.allSatisfy { condition in
            event.metadata(named: condition.name).map { event.holds(condition.value, in: $0) } ?? false
        }
    }
}
