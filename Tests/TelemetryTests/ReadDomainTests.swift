import Synchronization
import TestKit
@testable import Telemetry
import Testing

// One domain, and so one test at a time, because the counters of a domain are never freed.
@Suite(.serialized)
struct ReadDomainTests {
    private static let shared = ReadDomain()

    private let domain = Self.shared

    @Test
    func freesAtOnceWithoutReaders() {
        let freed = Captured<Int>()
        domain.retire { freed.append(1) }
        domain.retire { freed.append(2) }
        #expect(freed.values == [1, 2])
        #expect(domain.reclaim() == 0)
    }

    @Test
    func waitsForAReaderThatBeganBefore() {
        let freed = Captured<Int>()
        domain.read {
            domain.read { domain.retire { freed.append(1) } }
            #expect(domain.reclaim() == 1)
            #expect(freed.values == [])
        }
        #expect(domain.reclaim() == 0)
        #expect(freed.values == [1])
    }

    @Test
    func whatIsRetiredMeanwhileWaitsForARoundOfItsOwn() {
        let freed = Captured<Int>()
        let first = unsafe domain.stripes.pointee.enter()
        domain.retire { freed.append(1) }
        let second = unsafe domain.stripes.pointee.enter()
        domain.retire { freed.append(2) }
        unsafe domain.stripes.pointee.leave(first)
        #expect(domain.reclaim() == 1)
        #expect(freed.values == [1])
        unsafe domain.stripes.pointee.leave(second)
        #expect(domain.reclaim() == 0)
        #expect(freed.values == [1, 2])
    }

    /// The domain keeps a bit for each.
    @Test
    func hasAStripeForEachOf128Bits() {
        #expect(ReaderStripes.stripeCount == 128)
    }

    /// As those of threads that found no number.
    @Test(arguments: 0...1)
    func waitsForAReaderAtASharedCounter(phase: Int) {
        let freed = Captured<Int>()
        let reader = unsafe domain.stripes.pointee.enterShared(phase * 8)
        domain.retire { freed.append(1) }
        #expect(domain.reclaim() == 1)
        #expect(freed.values == [])
        unsafe domain.stripes.pointee.leave(reader)
        #expect(domain.reclaim() == 0)
        #expect(freed.values == [1])
    }

    @Test(arguments: 1...3)
    func readersThatFollowOneAnotherDoNotHoldItBack(reclaims: Int) {
        let freed = Captured<Int>()
        var reader = unsafe domain.stripes.pointee.enter()
        domain.retire { freed.append(1) }
        for _ in 0..<10 {
            let next = unsafe domain.stripes.pointee.enter()
            unsafe domain.stripes.pointee.leave(reader)
            reader = next
            for _ in 0..<reclaims { domain.reclaim() }
        }
        #expect(freed.values == [1])
        unsafe domain.stripes.pointee.leave(reader)
    }

    @Test
    func freeingMayRetireMore() {
        let domain = domain
        let freed = Captured<Int>()
        domain.retire {
            domain.retire { freed.append(2) }
            freed.append(1)
        }
        #expect(freed.values == [2, 1])
    }

    @Test
    func passesOnWhatTheReaderReturnsAndThrows() {
        #expect(domain.read { 3 } == 3)
        do throws(Mishap) {
            try domain.read { () throws(Mishap) in throw Mishap(code: 4) }
            Issue.record("the reader returned")
        } catch {
            #expect(error.code == 4)
        }
        domain.retire {}
        #expect(domain.reclaim() == 0)
    }

    @Test
    func noReaderSeesWhatWasFreed() {
        let rounds = 2_000
        let domain = domain
        let published = Atomic<Int>(0)
        let freed = (0...rounds).map { _ in Flag() }
        let violations = Atomic<Int>(0)
        onThreads(4) { _ in
            while published.load(ordering: .relaxed) < rounds {
                domain.read {
                    let seen = published.load(ordering: .sequentiallyConsistent)
                    if freed[seen].isSet { violations.wrappingAdd(1, ordering: .relaxed) }
                }
            }
        } meanwhile: {
            for round in 1...rounds {
                published.store(round, ordering: .sequentiallyConsistent)
                domain.retire { freed[round - 1].set() }
            }
        }
        #expect(violations.load(ordering: .relaxed) == 0)
        #expect(domain.reclaim() == 0)
        #expect(freed.dropLast().allSatisfy { $0.isSet })
    }
}

private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)

    var isSet: Bool { value.load(ordering: .relaxed) }

    func set() { value.store(true, ordering: .relaxed) }
}
