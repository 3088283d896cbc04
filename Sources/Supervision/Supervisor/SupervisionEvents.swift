public import Telemetry

/// Learns what happens to the children of supervisors.
///
/// Called by the supervisor's own task, in the order in which things happen, and with no lock held. It delays the
/// supervisor, so it must return promptly. It must not wait for a request to that supervisor.
package protocol SupervisionObserver: Sendable {
    /// The child is up, for the first time or again.
    func childStarted(_ id: String, of supervisor: String)
    /// The child ended; when `wasUp` is false it never came up in this life, so ``childStarted(_:of:)`` was not called.
    func childEnded(_ id: String, of supervisor: String, end: ChildEnd, wasUp: Bool)
    /// The child will be started again after `delay`, which is zero without a backoff.
    func childRestarting(_ id: String, of supervisor: String, after delay: Duration)
    /// The child outlived its shutdown timeout and was abandoned.
    func childStuck(_ id: String, of supervisor: String, after timeout: Duration)
    /// The supervisor has stopped its children and is about to throw.
    func supervisorFailed(_ supervisor: String, error: SupervisionError)
}

/// The events that supervisors emit about their children.
public enum SupervisionEvents {
    /// One child of one supervisor.
    public struct Child: Sendable {
        /// The id of the child.
        public let child: String
        /// The name of its supervisor.
        public let supervisor: String
        /// How it ended, where it did.
        public let end: ChildEnd?
        /// How long it waits for its restart, or was waited for until it was stuck; nil for other events.
        public let wait: Duration?
        /// Whether it had come up in this life, where it ended; otherwise true.
        public let wasUp: Bool

        init(
            child: String, supervisor: String, end: ChildEnd? = nil, wait: Duration? = nil, wasUp: Bool = true
        ) {
            (self.child, self.supervisor, self.end, self.wait) = (child, supervisor, end, wait)
            self.wasUp = wasUp
        }
    }

    /// A supervisor that gave up.
    public struct Failure: Sendable {
        /// The name of the supervisor.
        public let supervisor: String
        /// What it throws.
        public let error: SupervisionError
    }

    /// The child is up, for the first time or again.
    public static let childStarted = Event<Child>("supervisor.child.started")
    /// The child ended.
    public static let childEnded = Event<Child>("supervisor.child.ended")
    /// The child will be started again.
    public static let childRestarting = Event<Child>("supervisor.child.restarting")
    /// The child outlived its shutdown timeout and was abandoned.
    public static let childStuck = Event<Child>("supervisor.child.stuck")
    /// The supervisor stopped its children and gave up.
    public static let supervisorFailed = Event<Failure>("supervisor.failed")
}

/// Emits what a supervisor reports.
struct SupervisionEmitter: SupervisionObserver {
    func childStarted(_ id: String, of supervisor: String) {
        SupervisionEvents.childStarted.emit(.init(child: id, supervisor: supervisor))
    }

    func childEnded(_ id: String, of supervisor: String, end: ChildEnd, wasUp: Bool) {
        SupervisionEvents.childEnded.emit(
            .init(child: id, supervisor: supervisor, end: end, wasUp: wasUp))
    }

    func childRestarting(_ id: String, of supervisor: String, after delay: Duration) {
        SupervisionEvents.childRestarting.emit(.init(child: id, supervisor: supervisor, wait: delay))
    }

    func childStuck(_ id: String, of supervisor: String, after timeout: Duration) {
        SupervisionEvents.childStuck.emit(.init(child: id, supervisor: supervisor, wait: timeout))
    }

    func supervisorFailed(_ supervisor: String, error: SupervisionError) {
        SupervisionEvents.supervisorFailed.emit(.init(supervisor: supervisor, error: error))
    }
}
