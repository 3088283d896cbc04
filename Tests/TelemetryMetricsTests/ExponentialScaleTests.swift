import Glibc
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

    @Test(arguments: [
        (Double.leastNonzeroMagnitude, -1074 * 32), (.leastNormalMagnitude, -1022 * 32),
        (.leastNormalMagnitude.nextDown, -1022 * 32), (.leastNormalMagnitude.nextUp, -1022 * 32 + 1),
        (.leastNonzeroMagnitude * 3, -1073 * 32 + 19), (1, 0), (1.0.nextUp, 1), (1.0.nextDown, 0), (2, 32),
        (.greatestFiniteMagnitude, 1024 * 32),
    ])
    func placesTheExtremes(_ value: Double, _ index: Int) {
        #expect(ExponentialScale(schema: 5).index(of: value) == index)
    }

    @Test(arguments: [1e-320, 1e-308, 1e-300, 1e-160, 1e-5, 1, 3, 1e160, 1e300, 1.7e308])
    func standsForItsValuesWithinTheRelativeError(_ value: Double) {
        let scale = ExponentialScale(schema: 5)
        let error = abs(scale.representative(of: scale.index(of: value)) / value - 1)
        #expect(error <= (exp2(1.0 / 32) - 1) / (exp2(1.0 / 32) + 1) + 1e-3 * (value < 1e-310 ? 1 : 0) + 1e-12)
    }

    @Test func standsForTheExtremesByNumbersAboveZero() {
        let scale = ExponentialScale(schema: 5)
        #expect(scale.representative(of: scale.index(of: .leastNonzeroMagnitude)) > 0)
        #expect(scale.representative(of: scale.index(of: .greatestFiniteMagnitude)).isFinite)
    }
}
