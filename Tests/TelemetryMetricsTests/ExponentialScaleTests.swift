import Glibc
import TestKit
import Testing

@testable import TelemetryMetrics

struct ExponentialScaleTests {
    @Test(arguments: 0...8)
    func putsValuesBetweenTheBoundariesOfTheirBucket(_ schema: Int) {
        let scale = ExponentialScale(schema: schema)
        var random = SeededGenerator(seed: UInt64(schema))
        let values = (0..<20_000).map { _ in Double(bitPattern: random.next() & ~(1 << 63)) }.filter {
            $0.isNormal
        }
        let misplaced = values.filter { value in
            let index = scale.index(of: value)
            return !(scale.upperBoundary(of: index - 1) < value && value <= scale.upperBoundary(of: index))
        }
        #expect(misplaced.isEmpty)
    }

    @Test(arguments: 0...8)
    func putsABoundaryIntoTheBucketBelowIt(_ schema: Int) {
        let scale = ExponentialScale(schema: schema)
        let misplaced = (-1000...1000).filter { index in
            let boundary = scale.upperBoundary(of: index)
            return scale.index(of: boundary) != index || scale.index(of: boundary.nextUp) != index + 1
        }
        #expect(misplaced.isEmpty)
    }

    private static let extremes: [(Double, Int)] = [
        (.leastNonzeroMagnitude, -34_368), (.leastNonzeroMagnitude * 3, -34_317),
        (.leastNormalMagnitude, -32_704),
        (.leastNormalMagnitude.nextDown, -32_704), (.leastNormalMagnitude.nextUp, -32_703), (1, 0),
        (1.0.nextUp, 1), (1.0.nextDown, 0), (2, 32), (.greatestFiniteMagnitude, 32_768),
    ]

    @Test(arguments: extremes)
    func placesTheExtremes(_ value: Double, _ index: Int) {
        #expect(ExponentialScale(schema: 5).index(of: value) == index)
    }

    @Test(arguments: [1e-308, 1e-300, 1e-160, 1e-5, 1, 3, 1e160, 1e300, 1.7e308])
    func standsForItsValuesWithinTheRelativeError(_ value: Double) {
        let scale = ExponentialScale(schema: 5)
        let error = abs(scale.representative(of: scale.index(of: value)) / value - 1)
        let base = exp2(1.0 / 32)
        #expect(error <= (base - 1) / (base + 1) + 1e-12)
    }

    @Test func standsForTheExtremesByNumbersAboveZero() {
        let scale = ExponentialScale(schema: 5)
        #expect(scale.representative(of: scale.index(of: .leastNonzeroMagnitude)) > 0)
        #expect(scale.representative(of: scale.index(of: .greatestFiniteMagnitude)).isFinite)
    }
}
