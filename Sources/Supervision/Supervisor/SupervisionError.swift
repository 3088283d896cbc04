/// Why a supervisor could not be created, failed, or refused a request.
public indirect enum SupervisionError: Error, Equatable {
    /// Two children would have the same id.
    case duplicateChild(id: String)
    /// The number of restarts is negative or the period not positive.
    case invalidIntensity(RestartIntensity)
    /// The shutdown timeout is negative.
    case invalidShutdown(id: String, ChildShutdown)
    /// The first wait is not positive or the cap is below it.
    case invalidBackoff(id: String, Backoff)
    /// A permanent child never ends for good, so it cannot be significant.
    case significantPermanentChild(id: String)
    /// A child is significant under a supervisor that never shuts down by itself.
    case significantWithoutAutoShutdown(id: String)

    /// A child threw before it was ready.
    case failedToStartChild(id: String, ChildFailure)
    /// Children failed more often than the intensity permits; named is the last of them, and how it ended.
    case tooManyRestarts(id: String, last: ChildEnd, RestartIntensity)
    /// Children outlived their shutdown timeouts and were abandoned; those of nested supervisors are written
    /// `supervisor/child`. `cause` is why the supervisor was stopping, nil when it was told to.
    case stuck(children: [String], cause: SupervisionError?)

    /// The supervisor runs already.
    case alreadyRunning(supervisor: String)
    /// The supervisor does not run, or is stopping.
    case notRunning(supervisor: String)
    /// A child of that id runs, or is being restarted.
    case alreadyStarted(id: String)
    /// A child of that id is there, but stopped.
    case alreadyPresent(id: String)
    /// No child has that id.
    case notFound(id: String)
    /// The child runs, which the request does not permit.
    case running(id: String)
    /// The child is being restarted, which the request does not permit.
    case restarting(id: String)
    /// A dynamic supervisor has as many children as it may, those counted that are being restarted or stopped.
    case maxChildren(Int)
    /// The limit of children is negative.
    case invalidMaxChildren(Int)
}
