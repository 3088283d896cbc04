import Glibc

/// Rings in one anonymous file of memory; pages that no record was in take none.
@safe package final class ByteRings: Sendable {
    /// How many there are.
    package let count: Int
    private let capacity: Int
    private let memory: SharedMemory?
    /// That of the memory.
    private let file: Int32?
    // The memory's, or what is allocated here; valid until `deinit`, and written through rings only.
    private nonisolated(unsafe) let base: UnsafeMutableRawPointer

    private static let alignment = 4096

    /// At most `count` rings of `capacity` bytes, a power of two.
    ///
    /// It is fewer where the system limits files or the address space, and one on the heap where it has no file of memory.
    package init(name: String, count: Int, capacity: Int) {
        let stride = capacity + Self.alignment
        let allowed = max(1, (SharedMemory.largestReservation ?? .max) / stride)
        let size = min(count, allowed) * stride
        self.capacity = capacity
        do throws(LinuxError) {
            let memory = try SharedMemory(name: name, size: size, reserve: size)
            unsafe base = memory.baseAddress
            file = memory.descriptor.rawValue
            self.memory = consume memory
            self.count = min(count, allowed)
        } catch {
            unsafe base = .allocate(byteCount: stride, alignment: Self.alignment)
            unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: stride)
            memory = nil
            file = nil
            self.count = 1
        }
    }

    /// The rings of a process that is gone, in its memory.
    ///
    /// - Throws: `LinuxError` where it can't be mapped, or holds no ring of that capacity.
    package init(takingOwnership descriptor: consuming Descriptor, capacity: Int) throws(LinuxError) {
        let memory = try SharedMemory(takingOwnership: descriptor, reserve: 0)
        count = memory.size / (capacity + Self.alignment)
        guard count > 0 else { throw .call(operation: "mmap", errno: EINVAL, context: "rings") }
        self.capacity = capacity
        unsafe base = memory.baseAddress
        file = memory.descriptor.rawValue
        self.memory = consume memory
    }

    /// The memory, for a process that follows; nil where it is no file.
    package func duplicateDescriptor() -> Descriptor? {
        file.flatMap { Descriptor.duplicate(of: $0) }
    }

    deinit {
        if memory == nil { unsafe base.deallocate() }
    }

    /// The ring at a place below `count`, valid while this lives.
    package subscript(place: Int) -> ByteRing {
        precondition(place >= 0 && place < count)
        return unsafe ByteRing(base + place * (capacity + Self.alignment), capacity: capacity)
    }
}
