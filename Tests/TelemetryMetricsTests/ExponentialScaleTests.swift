import Arena
import Glibc
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct ExponentialScaleTests {
    /// The tables of a scale are valid as long as their arena.
    private let arena: Arena

    init() throws { arena = try Arena() }

    @Test(arguments: -4...8)
    func putsValuesBetweenTheBoundariesOfTheirBucket(_ schema: Int) throws {
        let scale = try ExponentialScale(schema: schema, arena: arena)
        var random = SeededGenerator(seed: UInt64(schema + 4))
        let values = (0..<20_000).map { _ in Double(bitPattern: random.next() & ~(1 << 63)) }.filter {
            $0.isNormal
        }
        let misplaced = values.filter { value in
            let index = scale.index(of: value)
            return !(scale.upperBoundary(of: index - 1) < value && value <= scale.upperBoundary(of: index))
        }
        #expect(misplaced.isEmpty)
    }

    @Test(arguments: -4...8)
    func putsABoundaryIntoTheBucketBelowIt(_ schema: Int) throws {
        let scale = try ExponentialScale(schema: schema, arena: arena)
        let reach = schema < 0 ? 1000 >> -schema : 1000
        let misplaced = (-reach...reach).filter { index in
            let boundary = scale.upperBoundary(of: index)
            return scale.index(of: boundary) != index || scale.index(of: boundary.nextUp) != index + 1
        }
        #expect(misplaced.isEmpty)
    }

    @Test(arguments: -4...8)
    func findsTheFirstBucketThatReachesBeyondAThreshold(_ schema: Int) throws {
        let scale = try ExponentialScale(schema: schema, arena: arena)
        let boundaries = (-3...3).map { scale.upperBoundary(of: $0) }
        let thresholds =
            boundaries + boundaries.map(\.nextUp) + boundaries.map(\.nextDown) + [
                .leastNormalMagnitude, 0x1p-128, 1e300, .greatestFiniteMagnitude,
            ]
        let wrong = thresholds.filter { threshold in
            let index = scale.firstIndex(above: threshold)
            return
                !(scale.upperBoundary(of: index - 1) <= threshold
                && threshold < scale.upperBoundary(of: index))
        }
        #expect(wrong.isEmpty)
        #expect(scale.firstIndex(above: 0) == .min)
        #expect(scale.firstIndex(above: .infinity) == .max)
    }

    private static let extremes: [(Double, Int)] = [
        (.leastNonzeroMagnitude, -34_368), (.leastNonzeroMagnitude * 3, -34_317),
        (.leastNormalMagnitude, -32_704),
        (.leastNormalMagnitude.nextDown, -32_704), (.leastNormalMagnitude.nextUp, -32_703), (1, 0),
        (1.0.nextUp, 1), (1.0.nextDown, 0), (2, 32), (.greatestFiniteMagnitude, 32_768),
    ]

    @Test(arguments: extremes)
    func placesTheExtremes(_ value: Double, _ index: Int) throws {
        let scale = try ExponentialScale(schema: 5, arena: arena)
        #expect(scale.index(of: value) == index)
    }

    @Test(arguments: [1e-308, 1e-300, 1e-160, 1e-5, 1, 3, 1e160, 1e300, 1.7e308])
    func standsForItsValuesWithinTheRelativeError(_ value: Double) throws {
        let scale = try ExponentialScale(schema: 5, arena: arena)
        let error = abs(scale.representative(of: scale.index(of: value)) / value - 1)
        let base = exp2(1.0 / 32)
        #expect(error <= (base - 1) / (base + 1) + 1e-12)
    }

    @Test func standsForTheExtremesByNumbersAboveZero() throws {
        let scale = try ExponentialScale(schema: 5, arena: arena)
        #expect(scale.representative(of: scale.index(of: .leastNonzeroMagnitude)) > 0)
        #expect(scale.representative(of: scale.index(of: .greatestFiniteMagnitude)).isFinite)
    }

    @Test(arguments: [
        (1.0001, 8), (1.0027, 8), (1.003, 8), (1.0055, 7), (1.022, 5), (1.1, 3), (1.5, 1), (2, 0), (4, -1),
        (65_536, -4), (1e9, -4),
    ])
    func choosesTheCoarsestSchemaThatGrowsNoFaster(_ factor: Double, _ schema: Int) {
        #expect(ExponentialScale.schema(growingBy: factor) == schema)
    }

    @Test(arguments: 1...8)
    func putsABucketIntoTheOneOfTheNextCoarserSchemaThatHoldsIt(_ schema: Int) {
        let wrong = (-500...500).filter { index in
            let coarse = ExponentialScale.coarsened(index, by: 1)
            let upper = ExponentialScale.upperBoundary(of: coarse, schema: schema - 1)
            let lower = ExponentialScale.upperBoundary(of: coarse - 1, schema: schema - 1)
            let boundary = ExponentialScale.upperBoundary(of: index, schema: schema)
            return !(lower < boundary && boundary <= upper)
        }
        #expect(wrong.isEmpty)
    }
}
