import Synchronization
import Telemetry

/// Takes the measurements of one poll, one at a time.
final class PollRunner: Sendable {
    private enum Outcome: Sendable {
        /// With the time from the start of the poller to that of the measurement.
        case success(began: Duration)
        case failure(PollerEvents.Cause, (any Error)?)
    }

    let poll: Poll
    private let isBusy = Atomic(false)

    init(_ poll: Poll) {
        self.poll = poll
    }

    /// Whether a measurement runs.
    var isRunning: Bool { isBusy.load(ordering: .acquiring) }

    /// Measures at every tick until the task is cancelled, and then waits for the measurement, for its timeout at most.
    func run<C: Clock>(on clock: C) async where C.Duration == Duration {
        PollerEvents.started.emit(PollerEvents.Started(poll: poll.name, period: poll.period))
        let start = clock.now
        var schedule = PollSchedule(poll)
        while await sleep(on: clock, until: start.advanced(by: schedule.due)) {
            let outcome = await measure(on: clock, since: start)
            // What it ends with when it is being stopped says nothing of the measurement.
            guard !Task.isCancelled else { return }
            tell(of: outcome, at: start.duration(to: clock.now), &schedule)
        }
    }

    /// Says whether it slept, and was not cancelled.
    private func sleep<C: Clock>(on clock: C, until deadline: C.Instant) async -> Bool {
        (try? await clock.sleep(until: deadline, tolerance: nil)) != nil && !Task.isCancelled
    }

    private func measure<C: Clock>(
        on clock: C, since start: C.Instant
    ) async -> Outcome where C.Duration == Duration {
        guard !isBusy.exchange(true, ordering: .acquiringAndReleasing) else { return .failure(.hung, nil) }
        let first = FirstResult<Outcome>()
        // A task of a group would be waited for, and so a measurement that hangs would hold up its poller for good.
        let measurement = Task { [poll] in
            let began = start.duration(to: clock.now)
            let outcome: Outcome
            do {
                try await poll.measure()
                outcome = .success(began: began)
            } catch {
                outcome = .failure(.error, error)
            }
            isBusy.store(false, ordering: .releasing)
            first.offer(outcome)
        }
        // Not of a group either: a poller that is being stopped still waits, but for no longer than this.
        let timer = Task { [poll] in
            if (try? await clock.sleep(for: poll.timeout)) != nil { first.offer(.failure(.timeout, nil)) }
        }
        let outcome = await withTaskCancellationHandler {
            await first.value
        } onCancel: {
            measurement.cancel()
        }
        timer.cancel()
        await timer.value
        if case .failure(.timeout, _) = outcome { measurement.cancel() }
        return outcome
    }

    private func tell(of outcome: Outcome, at now: Duration, _ schedule: inout PollSchedule) {
        switch outcome {
        case .success(let began):
            let delay = began - schedule.due
            let missed = schedule.succeed(at: now)
            PollerEvents.success.emit(
                PollerEvents.Success(
                    poll: poll.name, duration: now - began, delay: delay, missedTicks: missed))
        case .failure(let cause, let error):
            let wait = schedule.fail(at: now)
            PollerEvents.failure.emit(
                PollerEvents.Failure(
                    poll: poll.name, cause: cause, error: error, consecutiveFailures: schedule.failures,
                    nextAttempt: wait))
        }
    }
}
