/// What the log says of itself, by the `MESSAGE_ID` that the message catalogue explains.
enum LogMessage: String, CaseIterable {
    /// Records found no room or no way out.
    case recordsLost = "6fcf1ff02c8f43b2bd82deb939f2d293"
    /// Nobody is at journald's socket.
    case journalAbsent = "ddeedec5761d4b298e90163bf67dcc5e"
    /// Journald takes no entry for a while.
    case journalStalled = "d7325b875d584bb78b5f144ad8196f84"
    /// Journald takes entries again.
    case journalBack = "2cf73a62043a48a5819aa0b20f03a94d"
    /// What a process left that ended before it could write it.
    case recordsLeft = "2cb93392c5714739b85c30ded6ef01ea"
}
