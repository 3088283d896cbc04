import Linux
import Synchronization

/// A bounded queue in front of a thread that may block, so that those who write never do.
///
/// Any thread may submit, read `droppedEntries` and flush. The lock is held for a few assignments only,
/// never while an entry is delivered. The thread starts with the first entry and ends when the writer has
/// gone away and the queue is empty.
package final class QueuedWriter<Entry: Sendable>: Sendable {
    private let shared: Shared

    /// Holds at most `maximumEntries` and `maximumBytes`, counting the entry under way.
    ///
    /// `deliver` runs on the thread and may block; it returns false for an entry that is lost.
    package init(
        maximumEntries: Int = 8192, maximumBytes: Int = 8 << 20, deliver: @escaping @Sendable (Entry) -> Bool
    ) {
        shared = Shared(maximumEntries: maximumEntries, maximumBytes: maximumBytes, deliver: deliver)
    }

    deinit {
        shared.close()
    }

    /// Entries that were refused because the queue was full, or lost on delivery, since the start.
    package var droppedEntries: Int {
        shared.dropped.load(ordering: .relaxed)
    }

    /// Takes an entry that occupies `byteCount` bytes, or drops and counts it when there is no room.
    package func submit(_ entry: Entry, byteCount: Int) {
        shared.submit(entry, byteCount: byteCount)
    }

    /// Blocks the calling thread until all that was submitted before is delivered; false after `timeout`.
    package func flush(timeout: Duration) -> Bool {
        shared.flush(timeout: timeout)
    }
}

extension QueuedWriter {
    private final class Shared: Sendable {
        private struct Waiter {
            let target: Int
            let semaphore: Semaphore
        }

        private enum Verdict {
            case refused
            case queued
            case queuedFirst(startsThread: Bool)
        }

        private struct State {
            var pending: [(entry: Entry, byteCount: Int)] = []
            var accepted = 0
            var finished = 0
            var outstandingBytes = 0
            var hasThread = false
            var isClosed = false
            var waiters: [Waiter] = []
        }

        // A statistic that orders nothing else: relaxed is enough.
        let dropped = Atomic(0)
        private let maximumEntries: Int
        private let maximumBytes: Int
        private let deliver: @Sendable (Entry) -> Bool
        private let state = Mutex(State())
        private let wakeUp = Semaphore()

        init(maximumEntries: Int, maximumBytes: Int, deliver: @escaping @Sendable (Entry) -> Bool) {
            self.maximumEntries = maximumEntries
            self.maximumBytes = maximumBytes
            self.deliver = deliver
        }

        func submit(_ entry: Entry, byteCount: Int) {
            switch accept(entry, byteCount: byteCount) {
            case .refused: dropped.wrappingAdd(1, ordering: .relaxed)
            case .queued: break
            case .queuedFirst(startsThread: false): wakeUp.signal()
            case .queuedFirst(startsThread: true): startThread()
            }
        }

        private func accept(_ entry: Entry, byteCount: Int) -> Verdict {
            state.withLock { state in
                let hasRoom =
                    state.accepted - state.finished < maximumEntries
                    && byteCount <= maximumBytes - state.outstandingBytes
                guard hasRoom, !state.isClosed else { return .refused }
                state.accepted += 1
                state.outstandingBytes += byteCount
                state.pending.append((entry, byteCount))
                guard state.pending.count == 1 else { return .queued }
                defer { state.hasThread = true }
                return .queuedFirst(startsThread: !state.hasThread)
            }
        }

        private func startThread() {
            guard !startWriterThread({ self.run() }) else { return }
            let lost = state.withLock { state in
                state.isClosed = true
                state.finished = state.accepted
                defer { state.pending = [] }
                return state.pending.count
            }
            dropped.wrappingAdd(lost, ordering: .relaxed)
        }

        func flush(timeout: Duration) -> Bool {
            let semaphore = Semaphore()
            let isWaiting = state.withLock { state in
                guard state.finished < state.accepted else { return false }
                state.waiters.append(Waiter(target: state.accepted, semaphore: semaphore))
                return true
            }
            guard isWaiting else { return true }
            let isFlushed = semaphore.wait(timeout: timeout)
            if !isFlushed {
                state.withLock { $0.waiters.removeAll { $0.semaphore === semaphore } }
            }
            return isFlushed
        }

        func close() {
            state.withLock { $0.isClosed = true }
            wakeUp.signal()
        }

        private func run() {
            while let batch = nextBatch() {
                for item in batch {
                    if !deliver(item.entry) { dropped.wrappingAdd(1, ordering: .relaxed) }
                    finish(byteCount: item.byteCount)
                }
            }
        }

        private func nextBatch() -> [(entry: Entry, byteCount: Int)]? {
            while true {
                let (batch, isClosed) = state.withLock { state in
                    var batch: [(entry: Entry, byteCount: Int)] = []
                    swap(&batch, &state.pending)
                    return (batch, state.isClosed)
                }
                if !batch.isEmpty { return batch }
                if isClosed { return nil }
                wakeUp.wait()
            }
        }

        private func finish(byteCount: Int) {
            let satisfied = state.withLock { state in
                state.finished += 1
                state.outstandingBytes -= byteCount
                guard !state.waiters.isEmpty else { return [Waiter]() }
                let satisfied = state.waiters.filter { $0.target <= state.finished }
                state.waiters.removeAll { $0.target <= state.finished }
                return satisfied
            }
            for waiter in satisfied { waiter.semaphore.signal() }
        }
    }
}
