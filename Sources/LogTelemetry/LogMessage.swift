package import Logging

/// The kinds of entries that the message catalogue explains, by their `MESSAGE_ID`.
package enum LogMessage: String, CaseIterable, Sendable {
    /// Records of the log found no room or no way out.
    case recordsLost = "6fcf1ff02c8f43b2bd82deb939f2d293"
    /// Nobody is at journald's socket.
    case journalAbsent = "ddeedec5761d4b298e90163bf67dcc5e"
    /// Journald takes no entry for a while.
    case journalStalled = "d7325b875d584bb78b5f144ad8196f84"
    /// Journald takes entries again.
    case journalBack = "2cf73a62043a48a5819aa0b20f03a94d"
    /// What a process left that ended before it could write it.
    case recordsLeft = "2cb93392c5714739b85c30ded6ef01ea"

    /// A supervised child threw.
    case childFailed = "08fa337aa2d1441590b557d3cc4e75cd"
    /// A supervised child is started again.
    case childRestarting = "52366bdaadd64a60a8b2b31b1aa5a4d9"
    /// A supervised child outlived its shutdown timeout.
    case childStuck = "07dbaf1e6a5f4cac97454acbea168a34"
    /// A supervisor gave up.
    case supervisorFailed = "4a09ea20653448d5bf69b64cc45e46cd"

    /// The process before crashed, gave up, or was ended by a kill or the watchdog.
    case processCrashed = "7a9e52b135734a7d9ca35e10048dfc1c"
    /// The process before ended while it applied an input.
    case inputSuspected = "4a8a70684e6a4e19976b0f4a4d8e11a8"
    /// Two processes in a row ended while they applied an input.
    case inputRefused = "3c77747c4e8846f1900fa11ce2bcf0f6"
    /// What a process left of its series can't be used.
    case stateSetAside = "1d166a4c5897470091d7c664504363ef"
    /// Some of the series of the process before could not be taken over.
    case seriesLost = "c54d2470518248178c35b789b4516854"

    /// A configuration is in use.
    case configurationReloaded = "27e2736086cb4a0397f42b9910ea2eeb"
    /// One mistake of a configuration that was refused.
    case configurationRefused = "6c029362e9f74cd891d106f1783a6aac"

    /// What a statement says, and that it is of this kind.
    package func metadata(_ metadata: Logger.Metadata = [:]) -> Logger.Metadata {
        metadata.merging(["message_id": "\(rawValue)"]) { $1 }
    }
}
