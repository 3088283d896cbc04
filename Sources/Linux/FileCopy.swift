import CLinux
import Glibc

/// A file that is written next to another one, and takes its name once it is whole and on the disk.
///
/// Zeros are left out, as holes. What was begun and not finished is to be discarded.
package struct FileCopy: ~Copyable {
    private let descriptor: Descriptor
    private let temporaryName: String
    /// Bytes that were written since the last `fdatasync`.
    private var pending = 0

    /// So much may wait to be written: what waits counts as memory of the process's control group.
    private static let mostPending = 32 << 20
    private static let pageSize = 4096

    /// Begins a file that is to be called `name`.
    package init(of name: String, in directory: borrowing OwnDirectory) throws(LinuxError) {
        temporaryName = "\(name).new"
        descriptor = try directory.make(temporaryName)
    }

    /// Writes `bytes` at an offset, both multiples of 4096, but for pages of zeros.
    package mutating func write(_ bytes: borrowing [UInt8], at offset: Int) throws(LinuxError) {
        var start = 0
        while start < bytes.count {
            let end = min(start + Self.pageSize, bytes.count)
            if Self.isZero(bytes, start, end) {
                start = end
                continue
            }
            var last = end
            while last < bytes.count, !Self.isZero(bytes, last, min(last + Self.pageSize, bytes.count)) {
                last = min(last + Self.pageSize, bytes.count)
            }
            try write(bytes, start, last, at: offset + start)
            start = last
        }
    }

    private static func isZero(_ bytes: borrowing [UInt8], _ start: Int, _ end: Int) -> Bool {
        unsafe bytes.withUnsafeBytes { bytes in
            guard unsafe bytes[start] == 0, let base = bytes.baseAddress else { return false }
            return unsafe memcmp(base + start, base + start + 1, end - start - 1) == 0
        }
    }

    private mutating func write(
        _ bytes: borrowing [UInt8], _ start: Int, _ end: Int, at offset: Int
    ) throws(LinuxError) {
        var (position, raw) = (start, descriptor.rawValue)
        while position < end {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe bytes.baseAddress.map {
                    unsafe pwrite(raw, $0 + position, end - position, off_t(offset + position - start))
                } ?? 0
            }
            let code = errno
            if count < 0, code == EINTR { continue }
            guard count > 0 else {
                throw .call(operation: "write", errno: count < 0 ? code : ENOSPC, context: temporaryName)
            }
            position += count
        }
        pending += end - start
        guard pending > Self.mostPending else { return }
        pending = 0
        raw = descriptor.rawValue
        _ = try check("fdatasync", temporaryName) { fdatasync(raw) }
        _ = posix_fadvise(raw, 0, 0, POSIX_FADV_DONTNEED)
    }

    /// Removes what was begun under the name `name` and not finished.
    package static func discard(_ name: String, in directory: borrowing OwnDirectory) {
        directory.remove("\(name).new")
    }

    /// Makes it `size` bytes long, and `name` its name once all of it is on the disk.
    package consuming func finish(
        _ size: Int, as name: String, in directory: borrowing OwnDirectory
    ) throws(LinuxError) {
        let raw = descriptor.rawValue
        _ = try check("ftruncate", temporaryName) { ftruncate(raw, size) }
        _ = try check("fsync", temporaryName) { fsync(raw) }
        _ = posix_fadvise(raw, 0, 0, POSIX_FADV_DONTNEED)
        try directory.rename(temporaryName, to: name)
        try directory.synchronize()
    }
}

extension Descriptor {
    /// The stretches of a file that hold data, as far as its file system tells; the rest is zeros.
    package borrowing func dataRanges(upTo end: Int) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var position = 0
        while position < end {
            let start = clinux_next_data(rawValue, Int64(position))
            guard start >= 0 else {
                // Nothing but a hole is left, or the file system can't tell.
                if errno != ENXIO { ranges.append(position..<end) }
                return ranges
            }
            guard start < end else { return ranges }
            let hole = clinux_next_hole(rawValue, start)
            let stop = hole > start ? min(Int(hole), end) : end
            ranges.append(Int(start)..<stop)
            position = stop
        }
        return ranges
    }

    /// Reads what the file of a descriptor holds in a range into `bytes`; beyond its end are zeros.
    package static func read(_ raw: Int32, _ range: Range<Int>, into bytes: inout [UInt8]) throws(LinuxError)
    {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: repeatElement(0, count: range.count))
        var position = 0
        while position < range.count {
            let offset = off_t(range.lowerBound + position)
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe buffer.baseAddress.map {
                    unsafe pread(raw, $0 + position, range.count - position, offset)
                } ?? 0
            }
            if count == 0 { return }
            if count > 0 {
                position += count
            } else if errno != EINTR {
                throw .call(operation: "read", errno: errno, context: "descriptor \(raw)")
            }
        }
    }

    /// How many bytes the file has.
    package borrowing func fileSize() throws(LinuxError) -> Int {
        var status = stat()
        let raw = rawValue
        _ = try check("fstat", "descriptor \(raw)") { unsafe fstat(raw, &status) }
        return Int(status.st_size)
    }
}
