import Glibc
import Synchronization

/// The files of a proc file system that tell of this process, opened once; thread-safe.
///
/// A process that has run out of descriptors can still read them.
package final class ProcessFiles: Sendable {
    /// Those of this process, kept open from the first use on.
    package static let own = ProcessFiles()

    private let statFile: ProcFile
    private let limitsFile: ProcFile
    private let statusFile: ProcFile
    private let hostFile: ProcFile
    private let directory: Mutex<ProcFile>

    /// Opens the proc file system at `root`; never fails.
    package init(root: String = "/proc") {
        statFile = ProcFile("\(root)/self/stat")
        limitsFile = ProcFile("\(root)/self/limits")
        statusFile = ProcFile("\(root)/self/status")
        hostFile = ProcFile("\(root)/stat")
        directory = Mutex(ProcFile("\(root)/self/fd", O_DIRECTORY))
    }

    /// `/proc/self/stat`; nil, as all of these, where it can't be read.
    var stat: [UInt8]? { statFile.contents }
    /// `/proc/self/limits`.
    var limits: [UInt8]? { limitsFile.contents }
    /// `/proc/self/status`.
    var status: [UInt8]? { statusFile.contents }
    /// `/proc/stat`.
    var host: [UInt8]? { hostFile.contents }
    /// The number of open descriptors, those of the files here included.
    var descriptorCount: Int? { directory.withLock { $0.entryCount } }
}
