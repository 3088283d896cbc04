package import Linux
import Synchronization

/// Why no image of an arena was written.
package enum ImageError: Error, Equatable, CustomStringConvertible {
    /// The file can't be written.
    case file(LinuxError)
    /// So much memory became free meanwhile that it could not wait.
    case outrun
    /// It was given up.
    case ended

    /// One sentence.
    package var description: String {
        switch self {
        case .file(let error): "\(error)"
        case .outrun: "Too many series came and went while the store was copied."
        case .ended: "The copy of the store was given up."
        }
    }
}

/// Writing an image: a file with all that is in an arena, which a `ForeignArena` reads as it reads the memory of a process.
///
/// Threads go on recording meanwhile, so an image is not the memory of one instant. What it holds is nevertheless whole:
///
/// - The directory is copied first, so that what it leads to was whole before the rest is copied. Metrics that are defined during
///   the copy are not in the image.
/// - Until the end, blocks that are released keep what they hold, and rows that ended are not used again (`ArenaHold`). So a list of
///   row blocks leads on wherever it was copied, no row is half of another one's, and what was there at the beginning is in
///   the image or ended meanwhile.
/// - A cell may have been copied after the block that it leads to, if that block was handed out during the copy. So these
///   blocks are copied once more, in the order in which they were handed out, until there are none; the last ones while none can
///   be handed out.
/// - Values are as a scrape sees them: a histogram may count an observation in a bucket and lack it in the sum. A native
///   histogram that is made coarser at that moment may have buckets twice or not at all.
///
/// Inputs that were received and not applied yet may be in the image as such, and applied as well: they are not to be applied again.
extension Arena {
    /// Writes an image called `name`; nothing is left of one that fails.
    ///
    /// - Parameter goesOn: asked now and then; once it says no, the image is given up.
    package func writeImage(
        _ name: String, in directory: borrowing OwnDirectory, _ stamp: ImageStamp,
        while goesOn: () -> Bool = { true }
    ) throws(ImageError) {
        memory.withLock { $0.beginHold(limit: max(limit / 8, 1 << 20)) }
        isHeld.store(true, ordering: .sequentiallyConsistent)
        defer { endHold() }
        do throws(ImageError) {
            guard let source = duplicateDescriptor() else {
                throw .file(.call(operation: "dup", errno: 24, context: name))
            }
            var copy = ImageCopy(
                source, try Self.file({ () throws(LinuxError) in try FileCopy(of: name, in: directory) }))
            try copy.writeAll(of: self, while: goesOn)
            try copy.finish(of: self, stamp, as: name, in: directory)
        } catch {
            FileCopy.discard(name, in: directory)
            throw error
        }
    }

    static func file<Result: ~Copyable>(_ body: () throws(LinuxError) -> Result) throws(ImageError) -> Result
    {
        do throws(LinuxError) {
            return try body()
        } catch {
            throw .file(error)
        }
    }

    private func endHold() {
        isHeld.store(false, ordering: .sequentiallyConsistent)
        for block in memory.withLock({ $0.endHold() }) { giveBack(offset: block.offset, size: block.size) }
    }
}

/// One copy of an arena under way.
private struct ImageCopy: ~Copyable {
    /// Bytes that are read at once.
    private static let chunk = 256 << 10
    /// With fewer bytes than that to copy, nothing is handed out for that long.
    private static let most = 1 << 20

    private let source: Descriptor
    private var file: FileCopy
    private var buffer: [UInt8] = []
    private var header: [UInt8] = []

    init(_ source: consuming Descriptor, _ file: consuming FileCopy) {
        self.source = source
        self.file = file
    }

    mutating func writeAll(of arena: Arena, while goesOn: () -> Bool) throws(ImageError) {
        let first = try copyDirectory(of: arena)
        let size = arena.extent
        for range in source.dataRanges(upTo: size) {
            // Offsets of tmpfs are those of whole pages.
            try copy(range, but: first, while: goesOn)
        }
        var waiting: [Range<Int>] = []
        repeat {
            guard let more = arena.memory.withLock({ $0.takeHandedOut() }) else { throw .outrun }
            waiting = more
            for block in waiting { try copy(block.pages, while: goesOn) }
        } while waiting.reduce(0) { $0 + $1.pages.count } > Self.most
        try copyLast(of: arena)
    }

    /// Copies the header and the pages of the directory, as they are at one moment; returns where those are.
    private mutating func copyDirectory(of arena: Arena) throws(ImageError) -> Set<Int> {
        var pages: [(offset: Int, bytes: [UInt8])] = []
        let source = source.rawValue
        let failure: LinuxError? = arena.directory.withLock { directory in
            for offset in [0] + directory.offsets {
                var bytes: [UInt8] = []
                do throws(LinuxError) {
                    try Descriptor.read(source, offset..<offset + Pages.size, into: &bytes)
                } catch {
                    return error
                }
                pages.append((offset, bytes))
            }
            return nil
        }
        if let failure { throw .file(failure) }
        for page in pages.dropFirst() {
            try write(page.bytes, at: page.offset)
        }
        header = pages[0].bytes
        return Set(pages.map(\.offset))
    }

    private mutating func copyLast(of arena: Arena) throws(ImageError) {
        // Into memory, as the disk may take its time.
        var pages: [(offset: Int, bytes: [UInt8])] = []
        let source = source.rawValue
        let outcome: Result<Void, ImageError> = arena.memory.withLock { memory in
            guard let blocks = memory.takeHandedOut() else { return .failure(.outrun) }
            for block in blocks {
                var bytes: [UInt8] = []
                do throws(LinuxError) {
                    try Descriptor.read(source, block.pages, into: &bytes)
                } catch {
                    return .failure(.file(error))
                }
                pages.append((block.pages.lowerBound, bytes))
            }
            return .success(())
        }
        try outcome.get()
        for page in pages { try write(page.bytes, at: page.offset) }
    }

    /// Copies a range of whole pages, but those at `known` offsets.
    private mutating func copy(
        _ range: Range<Int>, but known: Set<Int> = [], while goesOn: () -> Bool
    ) throws(ImageError) {
        var position = range.lowerBound
        while position < range.upperBound {
            guard goesOn() else { throw .ended }
            let end = min(position + Self.chunk, range.upperBound)
            var bytes: [UInt8] = []
            swap(&bytes, &buffer)
            try read(position..<end, into: &bytes)
            for offset in stride(from: position, to: end, by: Pages.size) where known.contains(offset) {
                // Zeros are not written.
                let start = offset - position
                bytes.replaceSubrange(start..<start + Pages.size, with: repeatElement(0, count: Pages.size))
            }
            try write(bytes, at: position)
            swap(&bytes, &buffer)
            position = end
        }
    }

    private func read(_ range: Range<Int>, into bytes: inout [UInt8]) throws(ImageError) {
        do throws(LinuxError) {
            try Descriptor.read(source.rawValue, range, into: &bytes)
        } catch {
            throw .file(error)
        }
    }

    private mutating func write(_ bytes: [UInt8], at offset: Int) throws(ImageError) {
        do throws(LinuxError) {
            try file.write(bytes, at: offset)
        } catch {
            throw .file(error)
        }
    }

    consuming func finish(
        of arena: Arena, _ stamp: ImageStamp, as name: String, in directory: borrowing OwnDirectory
    ) throws(ImageError) {
        let size = arena.extent
        stamp.put(into: &header)
        Arena.Header.put(UInt64(size), at: Arena.Header.imageSize, in: &header)
        Arena.Header.put(Arena.Header.checksum(ofImage: header), at: Arena.Header.imageChecksum, in: &header)
        try write(header, at: 0)
        do throws(LinuxError) {
            try file.finish(size, as: name, in: directory)
        } catch {
            throw .file(error)
        }
    }
}

extension Range<Int> {
    /// The whole pages that it lies in.
    fileprivate var pages: Range<Int> {
        lowerBound / Pages.size * Pages.size..<(upperBound + Pages.size - 1) / Pages.size * Pages.size
    }
}
