import Bytes
import Glibc
import Linux

/// How the process ends; the codes are those of sysexits(3).
struct ExitStatus: Error, Equatable {
    let code: Int32

    /// All went well: 0.
    static let success = ExitStatus(code: 0)
    /// The command line is wrong: 64.
    static let usage = ExitStatus(code: 64)
    /// The page that was checked is wrong: 65.
    static let badData = ExitStatus(code: 65)
    /// The page that was to be checked can't be read, or there is no journal or no exemplar: 66.
    static let noInput = ExitStatus(code: 66)
    /// An address or a socket can't be used, a part of the service gave up, or no service answers: 69.
    static let unavailable = ExitStatus(code: 69)
    /// Standard output can't be written to: 74.
    static let ioError = ExitStatus(code: 74)
    /// This user may not read the journal: 77.
    static let noPermission = ExitStatus(code: 77)
    /// The configuration is wrong or can't be read, or a service refused it: 78.
    static let configuration = ExitStatus(code: 78)
}

/// Writes a line to standard error, or several; what files and servers hold can't steer the terminal.
func complain(_ line: String) {
    // There is nobody to tell when standard error can't be written to.
    try? Descriptor.writeAll(Array("\(line.harmless)\n".utf8), to: STDERR_FILENO)
}
