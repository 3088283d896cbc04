import CLinux
import Glibc

/// A file of memory mapped at an address that stays the same while it grows.
///
/// One owner grows it; reading and writing through `baseAddress` is up to the owner's own rules.
@safe package struct SharedMemory: ~Copyable {
    /// The smallest range that is tried when the address space is limited: 64 MiB.
    package static let smallestReservation = 64 << 20

    /// The file behind the mapping, for passing to a successor.
    package let descriptor: Descriptor
    /// Start of the mapping: valid until this value ends, readable and writable up to `size` bytes.
    @unsafe package let baseAddress: UnsafeMutableRawPointer
    /// Bytes of address space set aside, the upper limit of `size`.
    package let reserved: Int
    /// Bytes that may be touched, a multiple of the page size once grown; beyond them is SIGBUS.
    package private(set) var size: Int
    /// Whether every page has its memory before it is touched, as a file system that may be full needs it.
    package let isAllocated: Bool

    /// Creates an anonymous file of `size` bytes called `name` (seen in /proc only), close-on-exec.
    ///
    /// Where `reserve` bytes of address space are not to be had it is halved, down to 64 MiB or `size`. It is never more than
    /// `largestReservation`.
    package init(name: String, size: Int, reserve: Int) throws(LinuxError) {
        let file = Descriptor(
            takingOwnership: try check("memfd_create", name) { unsafe clinux_memfd_create(name) })
        let raw = file.rawValue
        let rounded = Self.roundedToPages(size)
        // The kernel would say the same, but by a signal that ends the process.
        if let limit = ResourceLimit.fileSize.value, rounded > limit {
            throw .call(operation: "ftruncate", errno: EFBIG, context: name)
        }
        _ = try check("ftruncate", name) { ftruncate(raw, rounded) }
        try self.init(takingOwnership: file, reserve: max(rounded, reserve))
    }

    /// Maps an existing file, whose size is taken as it is: the caller checks it against what it expects.
    package init(takingOwnership descriptor: consuming Descriptor, reserve: Int) throws(LinuxError) {
        var status = stat()
        let raw = descriptor.rawValue
        _ = try check("fstat", "shared memory") { unsafe fstat(raw, &status) }
        let fileSize = Int(status.st_size)
        var length = max(
            Self.roundedToPages(max(fileSize, 1)), min(reserve, Self.largestReservation ?? reserve))
        let base = unsafe try Self.map(raw, &length, floor: max(Self.smallestReservation, fileSize))
        size = fileSize
        unsafe baseAddress = unsafe base
        reserved = length
        isAllocated = false
        self.descriptor = descriptor
    }

    /// Makes an empty file of a tmpfs the memory, `size` bytes at first: each page is allocated before it can be touched.
    ///
    /// So a full file system is an error where the memory grows, and never a SIGBUS.
    package init(allocating file: consuming Descriptor, size: Int, reserve: Int) throws(LinuxError) {
        let rounded = Self.roundedToPages(size)
        let raw = file.rawValue
        if let limit = ResourceLimit.fileSize.value, rounded > limit {
            throw .call(operation: "fallocate", errno: EFBIG, context: "a file of shared memory")
        }
        _ = try check("fallocate", "a file of shared memory") { clinux_allocate(raw, 0, Int64(rounded)) }
        var length = max(rounded, min(reserve, Self.largestReservation ?? reserve))
        let base = unsafe try Self.map(raw, &length, floor: max(Self.smallestReservation, rounded))
        unsafe baseAddress = unsafe base
        self.size = rounded
        reserved = length
        isAllocated = true
        descriptor = file
    }

    /// Maps a file as it is; what is written there stays with the process.
    package init(privately file: consuming Descriptor) throws(LinuxError) {
        let raw = file.rawValue
        let fileSize = try file.fileSize()
        let length = Self.roundedToPages(max(fileSize, 1))
        guard let base = unsafe clinux_map_private(raw, length) else {
            throw .call(operation: "mmap", errno: errno, context: "\(length) bytes of a file")
        }
        size = fileSize
        reserved = length
        unsafe baseAddress = unsafe base
        isAllocated = false
        descriptor = file
    }

    /// What limits of the system leave to one; nil without any.
    ///
    /// Of a limited address space that is a quarter, but at least 64 MiB: stacks of threads lie there too.
    package static var largestReservation: Int? {
        let share = ResourceLimit.addressSpace.left.map { max(smallestReservation, roundedToPages($0 / 4)) }
        let file = ResourceLimit.fileSize.value.map { $0 / pageSize * pageSize }
        return [share, file].compactMap(\.self).min()
    }

    private static func map(
        _ raw: Int32, _ length: inout Int, floor: Int
    ) throws(LinuxError) -> UnsafeMutableRawPointer {
        while true {
            if let base = unsafe clinux_map_shared(raw, length) { return unsafe base }
            let code = errno
            guard length > floor else {
                throw .call(operation: "mmap", errno: code, context: "\(length) bytes of shared memory")
            }
            length = max(floor, length / 2)
        }
    }

    /// Makes at least `newSize` bytes usable, in place; `populate` allocates the new pages at once.
    ///
    /// Throws ENOMEM when `newSize` exceeds `reserved`; a smaller size changes nothing.
    package mutating func grow(to newSize: Int, populate: Bool = false) throws(LinuxError) {
        guard newSize > size else { return }
        let rounded = Self.roundedToPages(newSize)
        guard newSize <= reserved, rounded <= reserved else {
            throw .call(operation: "grow", errno: ENOMEM, context: "\(newSize) bytes of shared memory")
        }
        let raw = descriptor.rawValue
        let firstNewPage = size / Self.pageSize * Self.pageSize
        if isAllocated {
            try allocate(firstNewPage..<rounded)
        } else {
            _ = try check("ftruncate", "shared memory") { ftruncate(raw, rounded) }
        }
        size = rounded
        if populate {
            // Only a hint: an older kernel refuses it, and the pages then come at first touch.
            unsafe _ = clinux_populate(baseAddress + firstNewPage, rounded - firstNewPage)
        }
    }

    /// Sees to it that all pages of a range have memory, those too that were given back.
    package borrowing func allocate(_ range: Range<Int>) throws(LinuxError) {
        let raw = descriptor.rawValue
        _ = try check("fallocate", "shared memory") {
            clinux_allocate(raw, Int64(range.lowerBound), Int64(range.count))
        }
    }

    /// Bytes of memory that the system holds for the file; nil where it doesn't say.
    package var residentSize: Int? {
        var status = stat()
        guard unsafe fstat(descriptor.rawValue, &status) == 0 else { return nil }
        return Int(status.st_blocks) * 512
    }

    /// Gives the memory of all pages that lie within the stretch to the system, and leaves zeros; false where it refuses.
    ///
    /// The stretch belongs to a mapping like this one, and nobody else uses it meanwhile.
    @unsafe
    package static func giveBack(_ start: UnsafeMutableRawPointer, byteCount: Int) -> Bool {
        // Inwards, as the system would round the length up.
        let gap = (pageSize - Int(bitPattern: start) % pageSize) % pageSize
        let length = (byteCount - gap) / pageSize * pageSize
        return unsafe length <= 0 || clinux_remove(start + gap, length) == 0
    }

    /// Forbids everybody who holds the file to shrink it; throws where it is not an anonymous file.
    package borrowing func sealAgainstShrinking() throws(LinuxError) {
        let raw = descriptor.rawValue
        _ = try check("fcntl(F_ADD_SEALS)", "shared memory") { clinux_seal_against_shrinking(raw) }
    }

    deinit { unsafe _ = munmap(baseAddress, reserved) }

    private static let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))

    private static func roundedToPages(_ bytes: Int) -> Int {
        let (sum, overflow) = bytes.addingReportingOverflow(pageSize - 1)
        return overflow ? Int.max : sum / pageSize * pageSize
    }
}

// The pointer has one owner, and `SharedMemory` itself never reads or writes through it: what other threads
// do with `baseAddress` is marked unsafe at their place. All else is Sendable by itself.
extension SharedMemory: @unchecked Sendable {}
