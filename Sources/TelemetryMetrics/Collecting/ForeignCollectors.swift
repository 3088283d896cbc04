import Linux
import Synchronization

/// The collectors of an application, and the pages that wait for them; thread-safe.
///
/// A page has each collector run that does not run already, and shares the answer with all pages that wait for it. It waits until its own
/// deadline, whatever those of other pages are. No thread waits for a collector but the one that it runs on: another one, which lives as
/// long as pages wait, looks after deadlines.
final class ForeignCollectors: Sendable {
    fileprivate struct State {
        var collectors: [ForeignCollector] = []
        var metrics: CollectorMetrics?
        /// Those that nobody runs yet, the first one asked first.
        var asked: [Int] = []
        var pages: [(page: WaitingPage, awaited: Set<Int>)] = []
        /// Threads that run collectors, or are about to.
        var threads = 0
        var hasTimer = false
    }

    private let state = Mutex(State())
    /// Its deadline may be the first one.
    private let pageCame = Semaphore()
    /// Where a collector takes longer, another thread goes on with those behind it.
    private static let patience = Duration.milliseconds(50)
    /// Threads at a time, without those whose collector has been running for longer than `longRun`.
    private static let mostThreads = 8
    fileprivate static let longRun = Duration.seconds(1)

    /// Says where to note how collectors fare.
    func report(to metrics: CollectorMetrics) { state.withLock { $0.metrics = metrics } }

    func add(_ family: Family, _ read: @escaping @Sendable () -> Bool) {
        state.withLock { $0.collectors.append(ForeignCollector(family, read)) }
    }

    /// Runs all, then calls `goOn` with the metrics of those that did not answer before `deadline`, which a page has to leave out.
    ///
    /// One that has been running for longer than this page would wait is not waited for. `goOn` is called once: within this call, or on a
    /// thread of the collectors, which it must not hold up.
    func run(until deadline: ContinuousClock.Instant, then goOn: @escaping @Sendable ([Family]) -> Void) {
        let now = ContinuousClock.now
        let page: WaitingPage? = state.withLock { state in
            guard !state.collectors.isEmpty else { return nil }
            let stuck = state.collectors.indices.filter {
                state.collectors[$0].runningFor(now) > deadline - now
            }
            let page = WaitingPage(until: deadline, without: stuck, goOn: goOn)
            let awaited = Set(state.collectors.indices).subtracting(stuck)
            for index in awaited.sorted() where state.collectors[index].start == nil { state.ask(index) }
            state.pages.append((page, awaited))
            return page
        }
        guard let page else { return goOn([]) }
        do throws(LinuxError) {
            try startTimer()
            try startThread()
        } catch {
            // Without a thread nothing answers, and nobody would look after the deadline.
            end { $0 === page }
        }
        endAnswered()
    }

    /// Goes on with the pages that wait for nothing any more.
    private func endAnswered() {
        let pages = state.withLock { state in
            let answered = state.pages.filter(\.awaited.isEmpty)
            state.pages.removeAll(where: \.awaited.isEmpty)
            return answered
        }
        for page in pages { goOn(page.page, without: page.page.stuck) }
    }

    /// Goes on with pages without what did not answer yet; what no other page waits for does not begin any more.
    private func end(where isOver: (WaitingPage) -> Bool) {
        let pages = state.withLock { state in
            let over = state.pages.filter { isOver($0.page) }
            state.pages.removeAll { isOver($0.page) }
            state.forgetUnasked()
            return over
        }
        for page in pages { goOn(page.page, without: page.page.stuck + page.awaited.sorted()) }
    }

    private func goOn(_ page: WaitingPage, without late: [Int]) {
        let now = ContinuousClock.now
        let (collectors, metrics) = state.withLock { state in
            (late.map { state.collectors[$0] }, state.metrics)
        }
        for collector in collectors {
            metrics?.note(false, after: collector.runningFor(now), of: collector.name)
        }
        page.goOn(collectors.map(\.family))
    }

    /// Has one thread more run collectors, where one waits for it.
    private func startThread() throws(LinuxError) {
        let isNeeded = state.withLock { state in
            guard !state.asked.isEmpty, state.quickThreads < Self.mostThreads else { return false }
            state.threads += 1
            return true
        }
        guard isNeeded else { return }
        do throws(LinuxError) {
            try DedicatedThread.detach(name: "collect") { self.work() }
        } catch {
            state.withLock { $0.threads -= 1 }
            throw error
        }
    }

    private func work() {
        while let (index, collector) = next() {
            let begin = ContinuousClock.now
            let isComplete = collector.read()
            let (isAwaited, metrics) = state.withLock { state in
                (state.pages.contains { $0.awaited.contains(index) }, state.metrics)
            }
            // The pages that it was too late for said so already.
            if isAwaited { metrics?.note(isComplete, after: .now - begin, of: collector.name) }
            state.withLock { $0.answer(index) }
            endAnswered()
        }
    }

    /// The next collector that is to run; nil where this thread is not needed any more.
    private func next() -> (index: Int, collector: ForeignCollector)? {
        state.withLock { state in
            guard !state.asked.isEmpty else {
                state.threads -= 1
                return nil
            }
            let index = state.asked.removeFirst()
            state.collectors[index].isAsked = false
            state.collectors[index].start = .now
            return (index, state.collectors[index])
        }
    }

    /// Has a thread look after deadlines, unless one does.
    private func startTimer() throws(LinuxError) {
        let isNeeded = state.withLock { state in
            defer { state.hasTimer = true }
            return !state.hasTimer
        }
        guard isNeeded else { return pageCame.signal() }
        do throws(LinuxError) {
            try DedicatedThread.detach(name: "collect-timer") { self.watch() }
        } catch {
            state.withLock { $0.hasTimer = false }
            throw error
        }
    }

    private func watch() {
        while let deadline = nextDeadline() {
            _ = pageCame.wait(timeout: min(deadline - .now, Self.patience))
            let now = ContinuousClock.now
            end { $0.deadline <= now }
            // Where there is no thread now, there may be one later; a deadline comes in any case.
            try? startThread()
        }
    }

    /// The first deadline of a page; nil where none waits, which is the end of the timer.
    private func nextDeadline() -> ContinuousClock.Instant? {
        state.withLock { state in
            state.hasTimer = !state.pages.isEmpty
            return state.pages.lazy.map(\.page.deadline).min()
        }
    }
}

extension ForeignCollectors.State {
    /// Threads whose collectors have not been running for long.
    fileprivate var quickThreads: Int {
        let now = ContinuousClock.now
        return threads - collectors.count { $0.runningFor(now) > ForeignCollectors.longRun }
    }

    fileprivate mutating func ask(_ index: Int) {
        guard !collectors[index].isAsked else { return }
        collectors[index].isAsked = true
        asked.append(index)
    }

    /// Notes that a collector does not run any more.
    fileprivate mutating func answer(_ index: Int) {
        collectors[index].start = nil
        for place in pages.indices { pages[place].awaited.remove(index) }
    }

    /// Takes back the asking for collectors that no page waits for.
    fileprivate mutating func forgetUnasked() {
        asked.removeAll { index in
            guard !pages.contains(where: { $0.awaited.contains(index) }) else { return false }
            collectors[index].isAsked = false
            return true
        }
    }
}
