import Synchronization

/// Which of the dispatches of an event a handler is called for.
///
/// The choice is made by counting, not by chance, so it is the same in every run. Each event of a handler has its own count.
/// Dispatches during a quarantine are not counted.
public enum Sampling: Sendable, Equatable {
    /// Every dispatch, at no cost.
    case all
    /// The first of every `n` dispatches; `n` is at least 1.
    case oneIn(Int)
    /// This part of the dispatches, evenly spread and beginning with the first; above 0, at most 1.
    case fraction(Double)

    /// Whether the number is one that can be sampled by.
    var isValid: Bool {
        switch self {
        case .all: true
        case .oneIn(let number): number >= 1
        case .fraction(let part): part > 0 && part <= 1
        }
    }
}

/// Says for each dispatch in turn whether a handler takes it.
///
/// Any thread may ask.
final class Sampler: Sendable {
    private let position: Atomic<UInt64>
    private let divisor: UInt64
    private let step: UInt64

    /// Nil where every dispatch is taken.
    init?(_ sampling: Sampling) {
        switch sampling {
        case .all, .oneIn(...1), .fraction(1...):
            return nil
        case .oneIn(let number):
            position = Atomic(0)
            (divisor, step) = (UInt64(number), 1)
        case .fraction(let part):
            // The position wraps around UInt64 once per dispatch that is taken. It starts so that the first step wraps.
            position = Atomic(.max)
            (divisor, step) = (0, UInt64(max(part, 0x1p-64) * 0x1p64))
        }
    }

    /// Relaxed, as each caller only needs a position of its own.
    func takes() -> Bool {
        let (before, after) = position.wrappingAdd(step, ordering: .relaxed)
        return divisor == 0 ? after < before : before % divisor == 0
    }
}
