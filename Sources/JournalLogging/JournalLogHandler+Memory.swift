package import Linux

extension JournalLogHandler {
    /// The layout of the memory and its records: a process with another one can't read them.
    package static let memoryLayout = 1

    /// The memory in which records of this process wait until they are written, for a process that follows.
    ///
    /// Nil where it can't be passed on.
    package static func duplicateMemory() -> Descriptor? { ProcessLog.shared.queue.duplicateMemory() }

    /// Logs what a process that ended before it wrote its last records left in its memory.
    ///
    /// - Throws: `LinuxError` where it is no such memory.
    package static func logRecords(leftIn memory: consuming Descriptor) throws(LinuxError) {
        ProcessLog.shared.queue.submit(try LeftRecords(in: memory))
    }
}
