import Arena
import Bytes
import Glibc
import Linux
import Telemetry

@testable import TelemetryMetrics

/// Stores that follow one another, on a clock that is moved.
final class Successors {
    let clock: CoarseClock
    private(set) var store: MetricStore

    init(at milliseconds: UInt64 = 1_000_000) throws {
        clock = CoarseClock(fixedAt: milliseconds)
        store = try MetricStore(clock: clock)
    }

    /// Has another store follow, as after a kill.
    func succeed(initialZero: Duration = .zero) throws {
        store = try MetricStore(initialZero: initialZero, clock: clock, predecessor: try left())
    }

    /// The memory as a kill leaves it: as it was at one moment, whatever other threads free in it behind their grace periods.
    private func left() throws -> ForeignArena {
        guard let descriptor = store.arena.duplicateDescriptor() else { throw NoMemory() }
        let memory = try SharedMemory(takingOwnership: descriptor, reserve: 0)
        let bytes = unsafe UnsafeRawBufferPointer(start: memory.baseAddress, count: memory.size)
        let copy = try SharedMemory(name: "left", size: memory.size, reserve: memory.size)
        let target = unsafe UnsafeMutableRawBufferPointer(start: copy.baseAddress, count: copy.size)
        repeat {
            unsafe target.copyMemory(from: bytes)
        } while unsafe memcmp(
            copy.baseAddress, memory.baseAddress, memory.size) != 0
        return try ForeignArena(copy)
    }

    struct NoMemory: Error {}
}

extension Family {
    /// Records a value into the series of the labels' values.
    func note(_ value: Double = 1, _ values: [String] = []) {
        ReclamationDomain.shared.read {
            with(values) { values in
                _ = series.update(values: values) { row in
                    stored.record(value, in: row, series.cells(of: row), series) == nil ? layout.bit : 0
                }
            }
        }
    }

    /// What its series show: the value of a total or gauge, the count of all else, by the text of the labels.
    var shown: [String: Double] {
        var shown: [String: Double] = [:]
        forEachSeries { text, row in
            let value =
                switch definition.kind {
                case .counter, .sum: total(row).value
                case .gauge: self.value(row)
                case .histogram:
                    isNative ? Double(native(row).count) : Double(histogram(row).counts.reduce(0, +))
                case .summary: Double(summary(row).count)
                }
            shown[text.text(in: 0..<text.byteCount)] = value
        }
        return shown
    }
}

extension MetricStore {
    /// What all metrics show.
    var shown: [String: [String: Double]] {
        Dictionary(uniqueKeysWithValues: families.map { ($0.name, $0.shown) })
    }
}
