import Glibc
import LogTelemetry
import Logging
import Systemd

/// Sends records to the journal, waits while it is slow, and writes them as JSON lines elsewhere while it is absent.
///
/// What of this happens is said where the lines go, and in the journal once it is back.
final class JournalOutput {
    private enum State: Equatable {
        case present
        case stalled
        case absent(written: Int)
    }

    private let socket: JournalSocket
    private let lines: LineOutput
    private let patience: Duration
    private let now: @Sendable () -> Int64
    private var state = State.present

    /// Says after `patience` that the journal takes nothing.
    init(
        _ socket: JournalSocket, lines: LineOutput, patience: Duration = .seconds(5),
        now: @escaping @Sendable () -> Int64
    ) {
        self.socket = socket
        self.lines = lines
        self.patience = patience
        self.now = now
    }

    /// Writes a record, for as long as it takes; false where it is lost.
    func write(_ record: LogRecord, identifier: String) -> Bool {
        let entry = JournalField.entry(for: record, identifier: identifier)
        switch send(entry) {
        case .sent:
            tellOfReturn(identifier)
            return true
        case .absent(let errno):
            return writeLine(record, errno)
        case .full, .refused:
            return false
        }
    }

    /// Waits where there is no room.
    private func send(_ entry: JournalEntry) -> JournalSocket.Outcome {
        var outcome = socket.send(entry)
        while outcome == .full {
            if !socket.waitForRoom(timeout: patience) { tellOfStall() }
            outcome = socket.send(entry)
            // The kernel may say that there is room and have too little for this entry.
            if outcome == .full { usleep(1000) }
        }
        return outcome
    }

    private func writeLine(_ record: LogRecord, _ errno: Int32) -> Bool {
        var written = 0
        if case .absent(let before) = state {
            written = before
        } else {
            say(
                "The journal is not there (\(text(of: errno))); what is logged goes to standard error.",
                .warning, .journalAbsent)
        }
        let isWritten = lines.write(JSONLine.render(record))
        state = .absent(written: written + (isWritten ? 1 : 0))
        return isWritten
    }

    private func tellOfStall() {
        guard state == .present else { return }
        state = .stalled
        say("The journal has taken nothing for \(patience); what is logged waits.", .warning, .journalStalled)
    }

    private func say(_ message: String, _ level: Logger.Level, _ id: LogMessage) {
        _ = lines.write(JSONLine.render(LogRecord(ofLog: level, time: now(), message: message, id: id)))
    }

    private func tellOfReturn(_ identifier: String) {
        let message: String
        switch state {
        case .present: return
        case .stalled: message = "The journal takes entries again; what was logged meanwhile waited."
        case .absent(let written):
            message =
                "The journal is back; \(grouped(written)) records before this one went to standard error."
        }
        state = .present
        let record = LogRecord(ofLog: .warning, time: now(), message: message, id: .journalBack)
        _ = send(JournalField.entry(for: record, identifier: identifier))
    }
}
