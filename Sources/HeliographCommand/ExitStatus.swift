import ArgumentParser
import Glibc

/// The exit codes, as in sysexits(3); wrong usage is 64, which ArgumentParser uses itself.
enum ExitStatus {
    /// What was checked is wrong: 65.
    static let badData = ExitCode(65)
    /// What was to be read is not there: 66.
    static let noInput = ExitCode(66)
    /// An address or a socket can't be used, or a part of the service gave up: 69.
    static let unavailable = ExitCode(69)
    /// The configuration is wrong: 78.
    static let configuration = ExitCode(78)
}

/// Writes a line to standard error.
func complain(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    // There is nobody to tell when standard error can't be written to.
    _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
