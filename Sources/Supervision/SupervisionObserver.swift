/// Learns what happens to the children of supervisors.
///
/// Called by the supervisor's own task, in the order of the happenings and with no lock held; it delays the
/// supervisor, so it must return promptly, and must not wait for a request to that supervisor.
package protocol SupervisionObserver: Sendable {
    /// The child is up, for the first time or again.
    func childStarted(_ id: String, of supervisor: String)
    /// The child ended; when ``childStarted(_:of:)`` was not called before, its start failed or was stopped.
    func childEnded(_ id: String, of supervisor: String, end: ChildEnd)
    /// The child will be started again after `delay`, which is zero without a backoff.
    func childRestarting(_ id: String, of supervisor: String, after delay: Duration)
    /// The child outlived its shutdown timeout and was abandoned.
    func childStuck(_ id: String, of supervisor: String, after timeout: Duration)
    /// The supervisor has stopped its children and is about to throw.
    func supervisorFailed(_ supervisor: String, error: SupervisionError)
}
