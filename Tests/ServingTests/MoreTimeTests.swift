import Synchronization
import Systemd
import TestKit
import Testing

@testable import Serving

@Suite(.timeLimit(.minutes(5)))
struct MoreTimeTests {
    /// What a service manager was told, and the progress of what it waits for.
    private final class Work: Sendable {
        let told = Mutex<[String]>([])
        let progress = Atomic<Int>(0)
        let looks = Atomic<Int>(0)

        func look() -> Int {
            looks.wrappingAdd(1, ordering: .relaxed)
            return progress.load(ordering: .relaxed)
        }

        var notifier: Notifier {
            Notifier { message, _ in
                self.told.withLock { $0.append(message) }
                return 1
            }
        }
    }

    private let work = Work()

    @Test func asksAgainWhileWorkGetsOnAndNoMoreWhenItStands() {
        let more = MoreTime(work.notifier, pace: .milliseconds(1)) { [work] in work.look() }
        for round in 1...3 {
            work.progress.wrappingAdd(1, ordering: .relaxed)
            spin { work.told.withLock(\.count) == round }
        }
        let looks = work.looks.load(ordering: .relaxed)
        spin { work.looks.load(ordering: .relaxed) > looks + 10 }
        more?.end()
        #expect(work.told.withLock(\.self) == Array(repeating: "EXTEND_TIMEOUT_USEC=15000000", count: 3))
    }

    @Test func asksNoMorePastTheBound() {
        let more = MoreTime(work.notifier, pace: .milliseconds(1), bound: .zero) { [work] in
            work.progress.wrappingAdd(1, ordering: .relaxed).newValue
        }
        more?.end()
        #expect(work.told.withLock(\.self) == [])
    }

    @Test func nobodyIsAskedWhereNobodyListens() {
        #expect(MoreTime(Notifier()) { 0 } == nil)
    }
}
