import Synchronization
import TestKit
@testable import Telemetry
import Testing

// Few domains, and so one test at a time, because the counters of a domain are never freed.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ReclamationDomainTests {
    /// By whether it has a barrier across threads.
    private static let domains = [true: ReclamationDomain(), false: ReclamationDomain(barrier: nil)]

    private let domain: ReclamationDomain

    init() throws { domain = try #require(Self.domains[true]) }

    @Test
    func freesAtOnceWithoutReaders() {
        let freed = Captured<Int>()
        domain.retire { freed.append(1) }
        domain.retire { freed.append(2) }
        #expect(freed.values == [1, 2])
        #expect(domain.reclaim() == 0)
    }

    @Test(arguments: [true, false])
    func waitsForAReaderThatBeganBefore(hasBarrier: Bool) throws {
        let domain = try #require(Self.domains[hasBarrier])
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
        let first = unsafe domain.slots.pointee.enter()
        domain.retire { freed.append(1) }
        #expect(domain.reclaim() == 1)
        let second = unsafe domain.slots.pointee.enter()
        domain.retire { freed.append(2) }
        #expect(domain.reclaim() == 2)
        unsafe domain.slots.pointee.leave(first)
        #expect(domain.reclaim() == 1)
        #expect(freed.values == [1])
        unsafe domain.slots.pointee.leave(second)
        #expect(domain.reclaim() == 0)
        #expect(freed.values == [1, 2])
    }

    /// The domain keeps a bit for each.
    @Test
    func hasASlotForEachOf128Bits() {
        #expect(ReaderSlots.slotCount == 128)
    }

    /// As those of threads that found no number.
    @Test(arguments: 0...1)
    func waitsForAReaderAtASharedCounter(phase: Int) {
        let freed = Captured<Int>()
        let reader = unsafe domain.slots.pointee.enterShared(phase * 8)
        domain.retire { freed.append(1) }
        #expect(domain.reclaim() == 1)
        #expect(freed.values == [])
        unsafe domain.slots.pointee.leave(reader)
        #expect(domain.reclaim() == 0)
        #expect(freed.values == [1])
    }

    @Test(arguments: 1...3)
    func readersThatFollowOneAnotherDoNotHoldItBack(reclaims: Int) {
        let freed = Captured<Int>()
        var reader = unsafe domain.slots.pointee.enter()
        domain.retire { freed.append(1) }
        for _ in 0..<10 {
            let next = unsafe domain.slots.pointee.enter()
            unsafe domain.slots.pointee.leave(reader)
            reader = next
            for _ in 0..<reclaims { domain.reclaim() }
        }
        #expect(freed.values == [1])
        unsafe domain.slots.pointee.leave(reader)
    }

    /// As of handlers that attach and detach each time that they are called.
    @Test
    func readersThatRetireEachTimeFreeToo() {
        let freed = Captured<Int>()
        var most = 0
        for round in 0..<1000 {
            domain.read { domain.retire { freed.append(round) } }
            most = max(most, round + 1 - freed.values.count)
        }
        #expect(most <= 64)
        #expect(domain.reclaim() == 0)
        #expect(freed.values.count == 1000)
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

    @Test(arguments: [true, false])
    func noReaderSeesWhatWasFreed(hasBarrier: Bool) throws {
        let rounds = 2_000
        let domain = try #require(Self.domains[hasBarrier])
        let published = Atomic<Int>(0)
        let freed = (0...rounds).map { _ in Marker() }
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

    /// What a reader stored before the barrier is looked at after it.
    @Test
    func countersAreLookedAtBehindTheBarrier() {
        let reader = Mutex<Int?>(nil)
        let domain = Self.readingAtBarrier
        Self.atBarrier.withLock { $0 = { reader.withLock { $0 = unsafe domain.slots.pointee.enter() } } }
        let freed = Captured<Int>()
        domain.retire { freed.append(1) }
        #expect(freed.values == [])
        Self.atBarrier.withLock { $0 = {} }
        reader.withLock { if let ticket = $0 { unsafe domain.slots.pointee.leave(ticket) } }
        #expect(domain.reclaim() == 0)
        #expect(freed.values == [1])
    }

    @Test
    func nothingIsFreedWithoutTheBarrier() {
        let domain = Self.readingAtBarrier
        Self.atBarrier.withLock { $0 = nil }
        let freed = Captured<Int>()
        domain.retire { freed.append(1) }
        #expect(domain.reclaim() == 1)
        Self.atBarrier.withLock { $0 = {} }
        #expect(domain.reclaim() == 0)
        #expect(freed.values == [1])
    }

    /// What the barrier of this domain does; it fails where that is nil.
    private static let atBarrier = Mutex<(@Sendable () -> Void)?>(nil)
    private static let readingAtBarrier = ReclamationDomain(
        barrier: {
            let action = atBarrier.withLock { $0 }
            action?()
            return action != nil
        })
}
