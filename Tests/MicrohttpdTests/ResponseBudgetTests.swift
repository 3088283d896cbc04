import TestKit
import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct ResponseBudgetTests {
    private static let now = ContinuousClock.now
    private let now = Self.now

    /// Takes a place and settles it at once.
    private static func hold(
        _ bytes: Int, in budget: inout ResponseBudget, as encoding: ResponseBudget.Encoding = .plain
    ) throws -> ResponseBudget.Place {
        var place = try budget.admit(encoding, at: Self.now)
        try budget.settle(&place, bytes: bytes, at: Self.now)
        return place
    }

    @Test func aPlaceIsTakenUntilItIsReleased() throws {
        var budget = ResponseBudget(requests: 2, bytes: 100)
        let first = try budget.admit(.plain, at: now)
        _ = try Self.hold(10, in: &budget)

        #expect(throws: ResponseBudget.Refusal.requests) { try budget.admit(.plain, at: now) }
        budget.release(first)

        #expect(budget.requests == 1)
        _ = try budget.admit(.plain, at: now)
    }

    @Test(arguments: [0, -1])
    func thereIsNoLimitOfRequestsBelowOne(limit: Int) throws {
        var budget = ResponseBudget(requests: limit, bytes: 100)
        for _ in 0..<1000 { _ = try budget.admit(.plain, at: now) }
        #expect(budget.requests == 1000)
    }

    @Test(arguments: [100, 1, 0, -1])
    func aPageAloneMayBeOfAnySizeAndASecondMayNot(limit: Int) throws {
        var budget = ResponseBudget(requests: 0, bytes: limit)
        var other = try budget.admit(.plain, at: now)
        let large = try Self.hold(1000, in: &budget)

        #expect(throws: ResponseBudget.Refusal.bytes) { try budget.settle(&other, bytes: 1, at: now) }
        #expect(throws: ResponseBudget.Refusal.bytes) { try budget.admit(.plain, at: now) }
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
        #expect(throws: ResponseBudget.Refusal.bytes) { try budget.admit(.plain, at: now) }
    }

    @Test func pagesThatAreBeingMadeCountWithTheSizeOfTheLastOne() throws {
        var budget = ResponseBudget(requests: 0, bytes: 100)
        budget.release(try Self.hold(40, in: &budget))
        var first = try budget.admit(.plain, at: now)
        let second = try budget.admit(.plain, at: now)

        #expect(throws: ResponseBudget.Refusal.bytes) { try budget.admit(.plain, at: now) }
        try budget.settle(&first, bytes: 20, at: now)
        budget.release(second)

        _ = try budget.admit(.plain, at: now)
        #expect(budget.heldBytes == 20)
    }

    @Test func aLargePlainPageDoesNotKeepCompressedOnesOut() throws {
        var budget = ResponseBudget(requests: 0, bytes: 100)
        _ = try Self.hold(90, in: &budget)
        #expect(throws: ResponseBudget.Refusal.bytes) { try budget.admit(.plain, at: now) }
        _ = try Self.hold(9, in: &budget, as: .gzip)
        #expect(budget.heldBytes == 99)
    }

    @Test func anEstimateThatIsTooLargeIsRightAgainWithinASecond() throws {
        var budget = ResponseBudget(requests: 0, bytes: 100)
        budget.release(try Self.hold(100_000, in: &budget))
        _ = try Self.hold(1, in: &budget, as: .gzip)

        // However many are refused, none makes the estimate smaller.
        for _ in 0..<100 {
            #expect(throws: ResponseBudget.Refusal.bytes) { try budget.admit(.plain, at: now) }
        }
        let later = now + .seconds(1)
        var probe = try budget.admit(.plain, at: later)
        #expect(throws: ResponseBudget.Refusal.bytes) { try budget.admit(.plain, at: later) }
        try budget.settle(&probe, bytes: 40, at: later)

        _ = try budget.admit(.plain, at: later)
        #expect(budget.heldBytes == 41)
    }

    @Test func aRightEstimateCostsOnePageASecond() throws {
        var budget = ResponseBudget(requests: 0, bytes: 100)
        _ = try Self.hold(60, in: &budget)

        var made = 0
        for tenth in 1...100 {
            let date = now + .milliseconds(100 * tenth)
            guard var probe = try? budget.admit(.plain, at: date) else { continue }
            made += 1
            #expect(throws: ResponseBudget.Refusal.bytes) { try budget.settle(&probe, bytes: 60, at: date) }
            budget.release(probe)
        }

        #expect(made == 10)
        #expect(budget.heldBytes == 60)
    }

    @Test func aPlaceThatIsRevokedIsFreeBeforeItsPageIs() throws {
        var budget = ResponseBudget(requests: 1, bytes: 100)
        var first = try Self.hold(80, in: &budget)
        #expect(throws: ResponseBudget.Refusal.requests) { try budget.admit(.plain, at: now) }

        let revocations = [budget.revoke(&first), budget.revoke(&first)]
        #expect(revocations == [true, false])
        var second = try Self.hold(80, in: &budget)
        // Pages that were revoked and are still there have a limit too.
        let tooEarly = budget.revoke(&second)
        budget.release(first)
        let inTime = budget.revoke(&second)
        #expect(!tooEarly && inTime)
        budget.release(second)

        #expect(budget.heldBytes == 0 && budget.requests == 0)
    }

    @Test func whateverComesTheBytesStayWithinTheLimitAndAllIsGivenBack() throws {
        var budget = ResponseBudget(requests: 8, bytes: 100)
        var generator = SeededGenerator(seed: 0xB0D6)
        var open: [ResponseBudget.Place] = []
        for _ in 0..<20_000 {
            if Bool.random(using: &generator), let last = open.popLast() {
                budget.release(last)
            } else if var place = try? budget.admit(
                Bool.random(using: &generator) ? .plain : .gzip, at: now)
            {
                try? budget.settle(&place, bytes: Int.random(in: 0...150, using: &generator), at: now)
                open.insert(place, at: open.isEmpty ? 0 : Int.random(in: 0..<open.count, using: &generator))
            }
            #expect(budget.heldBytes <= 100 || open.count { $0.held > 0 } == 1)
            #expect(budget.requests == open.count && open.count <= 8)
        }
        open.forEach { budget.release($0) }
        #expect(budget.heldBytes == 0 && budget.requests == 0)
    }
}
