import Arena
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct BoundariesTests {
    /// The tables are valid as long as their arena.
    private let arena: Arena

    init() throws { arena = try Arena() }

    /// Sets of boundaries, each hard in its own way for a table that is indexed by the upper bits of a double.
    enum Shape: CaseIterable {
        case durations, linearOverZero, negative, one, oneNegative, zero, largestLinear, exponential, dense
        case subnormal, extremes

        var boundaries: [Double] {
            switch self {
            case .durations: Buckets.durations.boundaries
            case .linearOverZero: Buckets.linear(start: -10, width: 0.5, count: 41).boundaries
            case .negative: [-1e300, -1000, -7, -1, -0.25, -.leastNonzeroMagnitude]
            case .one: [3]
            case .oneNegative: [-3]
            case .zero: [0]
            case .largestLinear: Buckets.linear(start: 1, width: 1, count: Buckets.largestCount).boundaries
            case .exponential: Buckets.exponential(start: 1e-30, factor: 10, count: 61).boundaries
            case .dense: (0..<200).map { 1 + Double($0) * 3 * 1.0.ulp }
            case .subnormal: (1...20).map { Double($0) * .leastNonzeroMagnitude }
            case .extremes: [-.greatestFiniteMagnitude, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
            }
        }

        /// On, just below and just above each boundary, and the ends of what a double can be.
        var values: [Double] {
            let ends: [Double] = [
                0, .leastNonzeroMagnitude, .leastNormalMagnitude.nextDown, .leastNormalMagnitude, 1,
                .greatestFiniteMagnitude, .infinity,
            ]
            return boundaries.flatMap { [$0.nextDown, $0, $0.nextUp] } + ends + ends.map(-)
        }
    }

    /// The values of which `boundaries` says another bucket than a search through all of them.
    private func misplaced(_ values: [Double], _ boundaries: [Double]) throws -> [Double] {
        let table = try Boundaries(boundaries, arena: arena)
        return values.filter { value in
            table.bucket(of: value) != boundaries.firstIndex { value <= $0 } ?? boundaries.count
        }
    }

    @Test(arguments: Shape.allCases)
    func placesValuesAtEachBoundaryAsASearchDoes(_ shape: Shape) throws {
        #expect(try misplaced(shape.values, shape.boundaries).isEmpty)
    }

    @Test(arguments: Shape.allCases)
    func placesAnyDoubleAsASearchDoes(_ shape: Shape) throws {
        var random = SeededGenerator(seed: 3)
        let values = (0..<20_000).map { _ in Double(bitPattern: random.next()) }.filter { !$0.isNaN }
        #expect(try misplaced(values, shape.boundaries).isEmpty)
    }

    @Test(arguments: Shape.allCases)
    func placesValuesBetweenItsBoundariesAsASearchDoes(_ shape: Shape) throws {
        var random = SeededGenerator(seed: 4)
        let boundaries = shape.boundaries
        let values = (0..<20_000).compactMap { _ -> Double? in
            guard let boundary = boundaries.randomElement(using: &random) else { return nil }
            return boundary * Double.random(in: 0.2...5, using: &random)
        }
        #expect(try misplaced(values, boundaries).isEmpty)
    }

    @Test func placesValuesAmongRandomBoundariesAsASearchDoes() throws {
        var random = SeededGenerator(seed: 5)
        for count in 1...60 {
            let boundaries = Set((0..<count).map { _ in Double(bitPattern: random.next()) })
                .filter(\.isFinite).sorted()
            guard !boundaries.isEmpty else { continue }
            let near = boundaries.flatMap { [$0.nextDown, $0, $0.nextUp] }
            let far = (0..<200).map { _ in Double(bitPattern: random.next()) }.filter { !$0.isNaN }
            #expect(try misplaced(near + far, boundaries).isEmpty)
        }
    }

    /// Written out, so that what the search above says is checked too.
    @Test(arguments: [
        (-1, 0), (0, 0), (-0.0, 0), (0.005, 0), (0.005.nextUp, 1), (0.01, 1), (0.01.nextUp, 2), (0.05, 3),
        (0.25, 5), (0.9, 7), (1, 7), (1.0.nextUp, 8), (10.0.nextDown, 10), (10, 10), (10.0.nextUp, 11),
        (Double.infinity, 11), (-Double.infinity, 0),
    ])
    func placesDurations(_ value: Double, _ bucket: Int) throws {
        let table = try Boundaries(Buckets.durations.boundaries, arena: arena)
        #expect(table.bucket(of: value) == bucket)
    }

    @Test func givesItsMemoryBack() throws {
        var used: [Int] = []
        for _ in 0..<5 {
            for shape in Shape.allCases {
                try Boundaries(shape.boundaries, arena: arena).release(to: arena)
            }
            used.append(arena.used)
        }
        #expect(Set(used).count == 1)
    }
}
