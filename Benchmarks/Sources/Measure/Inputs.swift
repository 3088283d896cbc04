import Glibc
import SampleEvents

/// Inputs that are read without counting references to them or to where they lie, which the threads of a bench would
/// share; they are never freed.
@safe
struct FixedInputs<Element: ~Copyable & Sendable>: @unchecked Sendable {
    // Unchecked because of the pointer: what it leads to never changes.
    private let base: UnsafePointer<Element>
    private let mask: Int

    /// As many as the largest power of two that is not above `count`.
    init(_ count: Int, _ element: (Int) -> Element) {
        let count = 1 << (Int.bitWidth - 1 - count.leadingZeroBitCount)
        let elements = UnsafeMutablePointer<Element>.allocate(capacity: count)
        for index in 0..<count { unsafe (elements + index).initialize(to: element(index)) }
        unsafe base = UnsafePointer(elements)
        mask = count - 1
    }

    /// Lends one of them; after the last one comes the first one again.
    subscript(index: Int) -> Element {
        unsafeAddress { unsafe base + (index & mask) }
    }
}

extension FixedInputs {
    init(_ elements: [Element]) { self.init(elements.count) { elements[$0] } }
}

/// The labels of a response, which a bench only borrows: of a copy the compiler would count the strings' references.
struct ResponseInput: ~Copyable, Sendable {
    let labels: SampleEvents.Response
}
/// The inputs that every implementation gets; the peers beside this package make the same ones.
enum Inputs {
    /// The upper boundaries of histograms.
    static let boundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    /// Values in a fixed random order, as many in each bucket as in any other; too many for a branch predictor to learn.
    static let values: [Double] = {
        let edges = [0] + boundaries + [20]
        var random = Random()
        return (0..<65_536).map { _ in
            let bucket = Int(random.next() % UInt64(boundaries.count + 1))
            return edges[bucket] + (edges[bucket + 1] - edges[bucket]) * random.fraction()
        }
    }()

    /// Log-normal values with sigma 1 around a tenth.
    static let logNormalValues: [Double] = {
        var random = Random()
        return (0..<65_536).map { _ in
            let radius = (-2 * log(1 - random.fraction())).squareRoot()
            return 0.1 * exp(radius * cos(2 * .pi * random.fraction()))
        }
    }()

    /// One of a thousand label sets by its number.
    static func response(_ number: Int) -> SampleEvents.Response {
        let methods = ["GET", "PUT", "POST", "HEAD", "DELETE"]
        return SampleEvents.Response(
            method: methods[number % 5], route: "/users/\(number / 50)", code: "\(200 + number / 5 % 10)")
    }

    /// 1024 label sets in mixed order, over the thousand or over every `step`th of them from `first` on.
    static func responses(from first: Int = 0, step: Int = 1) -> FixedInputs<ResponseInput> {
        FixedInputs(1024) { ResponseInput(labels: response(first + $0 * 617 * step % 1000)) }
    }

    /// The label values of one of up to ten million series by its number.
    static func labels(_ number: Int) -> [String] {
        ["GET", "/users/\(number / 10)", "\(200 + number % 10)"]
    }
}

/// Knuth's linear congruential generator, always from the same seed.
private struct Random {
    private var state: UInt64 = 42

    /// 31 random bits.
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }

    /// From 0, below 1.
    mutating func fraction() -> Double { Double(next()) / 2_147_483_648 }
}
