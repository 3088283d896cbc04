import TestKit
import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct ResponseBudgetTests {
    /// Takes a place and settles it at once.
    private static func hold(
        _ bytes: Int, in budget: inout ResponseBudget, as encoding: ResponseBudget.Encoding = .plain
    ) throws -> ResponseBudget.Place {
        var place = try budget.admit(encoding)
        try budget.settle(&place, bytes: bytes)
        return place
    }

    @Test func aPlaceIsTakenUntilItIsReleased() throws {
        var budget = ResponseBudget(requests: 2, bytes: 100)
        let first = try budget.admit(.plain)
        _ = try Self.hold(10, in: &budget)

        #expect(throws: ResponseBudget.Refusal.requests) { try budget.admit(.plain) }
        budget.release(first)

        #expect(budget.requests == 1)
        _ = try budget.admit(.plain)
    }

    @Test(arguments: [0, -1])
    func thereIsNoLimitOfRequestsBelowOne(limit: Int) throws {
        var budget = ResponseBudget(requests: limit, bytes: 100)
        for _ in 0..<1000 { _ = try budget.admit(.plain) }
        #expect(budget.requests == 1000)
    }

    @Test(arguments: [100, 1, 0, -1])
    func aPageAloneMayBeOfAnySizeAndASecondMayNot(limit: Int) throws {
        var budget = ResponseBudget(requests: 0, bytes: limit)
        var other = try budget.admit(.plain)
        let large = try Self.hold(1000, in: &budget)

        #expect(throws: ResponseBudget.Refusal.bytes) { try budget.settle(&other, bytes: 1) }
        #expect(throws: ResponseBudget.Refusal.bytes) { try budget.admit(.plain) }
        #expect(budget.heldBytes == 1000)

        budget.release(other)
        budget.release(large)
        #expect(budget.heldBytes == 0)
        _ = try Self.hold(1000, in: &budget)
    }

    @Test func pagesFillTheLimitToTheLastByte() throws {
        var budget = ResponseBudget(requests: 0, bytes: 100)
        _ = try Self.hold(50, in: &budget)
        _ = try Self.hold(50, in: &budget)

        #expect(budget.heldBytes == 100)
        #expect(throws: ResponseBudget.Refusal.bytes) { try budget.admit(.plain) }
    }

    @Test func pagesThatAreBeingMadeCountWithTheSizeOfTheLastOne() throws {
        var budget = ResponseBudget(requests: 0, bytes: 100)
        budget.release(try Self.hold(40, in: &budget))
        var first = try budget.admit(.plain)
        let second = try budget.admit(.plain)

        #expect(throws: ResponseBudget.Refusal.bytes) { try budget.admit(.plain) }
        try budget.settle(&first, bytes: 20)
        budget.release(second)

        _ = try budget.admit(.plain)
        #expect(budget.heldBytes == 20)
    }

    @Test func aLargePlainPageDoesNotKeepCompressedOnesOut() throws {
        var budget = ResponseBudget(requests: 0, bytes: 100)
        _ = try Self.hold(90, in: &budget)
        #expect(throws: ResponseBudget.Refusal.bytes) { try budget.admit(.plain) }
        _ = try Self.hold(9, in: &budget, as: .gzip)
        #expect(budget.heldBytes == 99)
    }

    @Test func anEstimateThatIsTooLargeIsForgottenInTime() throws {
        var budget = ResponseBudget(requests: 0, bytes: 100)
        budget.release(try Self.hold(100_000, in: &budget))
        _ = try Self.hold(1, in: &budget, as: .gzip)

        let refusals = (0..<100).prefix { _ in (try? budget.admit(.plain)) == nil }

        #expect(refusals.count == 10)
    }

    @Test func whateverComesTheBytesStayWithinTheLimitAndAllIsGivenBack() throws {
        var budget = ResponseBudget(requests: 8, bytes: 100)
        var generator = SeededGenerator(seed: 0xB0D6)
        var open: [ResponseBudget.Place] = []
        for _ in 0..<20_000 {
            if Bool.random(using: &generator), let last = open.popLast() {
                budget.release(last)
            } else if var place = try? budget.admit(Bool.random(using: &generator) ? .plain : .gzip) {
                try? budget.settle(&place, bytes: Int.random(in: 0...150, using: &generator))
                open.insert(place, at: open.isEmpty ? 0 : Int.random(in: 0..<open.count, using: &generator))
            }
            #expect(budget.heldBytes <= 100 || open.count { $0.held > 0 } == 1)
            #expect(budget.requests == open.count && open.count <= 8)
        }
        open.forEach { budget.release($0) }
        #expect(budget.heldBytes == 0 && budget.requests == 0)
    }
}
