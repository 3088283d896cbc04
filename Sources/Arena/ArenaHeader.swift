import Linux

extension Arena {
    /// Where the first page of an arena has what, as offsets in bytes; every number has 64 bits, in memory order.
    ///
    /// The page holds nothing else, so no block lies below its end. Those from `end` on are free.
    enum Header {
        /// The first eight bytes, `HELIOGR1` in memory order.
        static let magic: UInt64 = 0x3152_474F_494C_4548
        static let magicPlace = 0
        /// `Arena.layoutVersion`.
        static let layout = 8
        /// Which page of the directory is the first one.
        static let directory = 16
        /// The seed of all hashes.
        static let seed = 24
        /// How many arenas were before, plus one, once this one has all that it takes over from them; 0 until then.
        static let generation = 32
        /// How many processes went on with it, or with what it went on with, and have not succeeded yet; see `Arena.succeed`.
        static let attempts = 40
        /// A number drawn when series began anew; all successors keep it.
        static let lineage = 48
        /// The two halves of the number of the machine's start; zeros where it is not known.
        static let boot = 56
        /// Of what never changes: magic, layout, seed, lineage and boot.
        static let constantsChecksum = 72
        /// In an image: when it was written, see `ImageStamp`; zeros in a memory.
        static let stamp = 80
        /// In an image: its bytes.
        static let imageSize = 112
        /// In an image: of all before it but the attempts, which are counted in it too.
        static let imageChecksum = 120
        static let end = 128
        /// Beyond: whether no successor is to go on with it.
        static let forsaken = 1024
        /// The page.
        static let size = 4096
        private static let unprotected = attempts..<lineage

        /// What proves that the constants are those that were written.
        static func checksum(ofConstants header: [UInt8]) -> UInt64 {
            guard header.count >= end else { return 0 }
            return hash(
                header[magicPlace..<directory] + header[seed..<generation]
                    + header[lineage..<constantsChecksum])
        }

        /// What proves that the header of an image is the one that was written.
        static func checksum(ofImage header: [UInt8]) -> UInt64 {
            hash(header[..<unprotected.lowerBound] + header[unprotected.upperBound..<imageChecksum])
        }

        private static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
            unsafe bytes.withUnsafeBytes { unsafe RowHash.hash($0, seed: magic) }
        }

        /// Writes a number where the header has it.
        static func put(_ number: UInt64, at place: Int, in header: inout [UInt8]) {
            for index in 0..<8 {
                header[place + index] = UInt8(truncatingIfNeeded: number >> UInt64(index * 8))
            }
        }
    }

    /// Writes what never changes.
    func writeHeader(lineage: UInt64) {
        var header = [UInt8](repeating: 0, count: Header.end)
        Header.put(Header.magic, at: Header.magicPlace, in: &header)
        Header.put(UInt64(Self.layoutVersion), at: Header.layout, in: &header)
        Header.put(seed, at: Header.seed, in: &header)
        Header.put(lineage, at: Header.lineage, in: &header)
        if let boot = Boot.current {
            Header.put(boot.high, at: Header.boot, in: &header)
            Header.put(boot.low, at: Header.boot + 8, in: &header)
        }
        Header.put(Header.checksum(ofConstants: header), at: Header.constantsChecksum, in: &header)
        unsafe base.copyMemory(from: header, byteCount: header.count)
    }
}
