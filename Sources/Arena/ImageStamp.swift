import Linux

/// When an image was written, by all clocks of its writer, in milliseconds: by these a successor translates its times.
package struct ImageStamp: Sendable, Equatable {
    /// Since the Unix epoch.
    package let wall: UInt64
    /// The wall clock less the moments that rows were made at, as pages showed them.
    package let lead: Int64
    /// As rows say when they were made.
    package let moment: UInt64
    /// As rows say since when they are idle.
    package let monotonic: UInt64

    /// A stamp.
    package init(wall: UInt64, lead: Int64, moment: UInt64, monotonic: UInt64) {
        self.wall = wall
        self.lead = lead
        self.moment = moment
        self.monotonic = monotonic
    }

    /// Writes it into the header of an image.
    func put(into header: inout [UInt8]) {
        let words = [wall, UInt64(bitPattern: lead), moment, monotonic]
        for (index, word) in words.enumerated() {
            Arena.Header.put(word, at: Arena.Header.stamp + index * 8, in: &header)
        }
    }
}

extension ForeignArena {
    /// When the image was written; nil for the memory of a process, which is as it was when that ended.
    package var stamp: ImageStamp? {
        guard word(Arena.Header.imageSize) != 0 else { return nil }
        let words = (0..<4).map { word(Arena.Header.stamp + $0 * 8) }
        return ImageStamp(
            wall: words[0], lead: Int64(bitPattern: words[1]), moment: words[2], monotonic: words[3])
    }

    /// Whether the moments in it are those of this start of the machine: false for an image where that is not known.
    package var isOfThisBoot: Bool {
        guard stamp != nil else { return true }
        let boot = Boot(high: word(Arena.Header.boot), low: word(Arena.Header.boot + 8))
        return boot == Boot.current
    }

    /// Throws where an image is not what was written; a memory is never wrong in that.
    func checkImage() throws(Refusal) {
        let expected = word(Arena.Header.imageSize)
        guard expected != 0 || word(Arena.Header.imageChecksum) != 0 else { return }
        guard Arena.Header.checksum(ofImage: headerBytes) == word(Arena.Header.imageChecksum) else {
            throw .damagedHeader
        }
        guard size >= expected else { throw .truncated(size: size, expected: Int(clamping: expected)) }
    }
}
