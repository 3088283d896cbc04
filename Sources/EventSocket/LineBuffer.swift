import Linux

/// Cuts what a connection sends into lines, keeping at most one incomplete line.
struct LineBuffer {
    /// What became of a piece of input.
    struct Counts: Equatable {
        var lines = 0
        var tooLong = 0
    }

    private let limit: Int
    private var partial: [UInt8] = []
    private var isSkipping = false

    /// Memory that is kept for the next incomplete line.
    private static let kept = 4096

    init(limit: Int) { self.limit = limit }

    /// Whether a line has begun and not ended.
    var hasPartialLine: Bool { !partial.isEmpty || isSkipping }

    /// Calls `body` with each line that `input` completes; a carriage return at its end and empty lines are left out.
    mutating func append(_ input: RawSpan, _ body: (RawSpan) -> Void) -> Counts {
        var counts = Counts()
        var start = 0
        while start < input.byteCount {
            let rest = start..<input.byteCount
            let newline = input.firstOffset(of: .newline, in: rest)
            let piece = start..<(newline ?? input.byteCount)
            if newline == nil {
                keep(input, piece, &counts)
            } else if isSkipping {
                isSkipping = false
            } else if partial.isEmpty {
                finish(input.extracting(piece), &counts, body)
            } else {
                keep(input, piece, &counts)
                finishPartial(&counts, body)
            }
            start = piece.upperBound + 1
        }
        return counts
    }

    /// Takes the end of the connection for the end of the last line.
    mutating func end(_ body: (RawSpan) -> Void) -> Counts {
        var counts = Counts()
        finishPartial(&counts, body)
        return counts
    }

    private mutating func keep(_ input: RawSpan, _ piece: Range<Int>, _ counts: inout Counts) {
        guard !isSkipping else { return }
        guard partial.count + piece.count <= limit else {
            isSkipping = true
            counts.tooLong += 1
            return forget()
        }
        input.append(piece, to: &partial)
    }

    private mutating func finishPartial(_ counts: inout Counts, _ body: (RawSpan) -> Void) {
        if !isSkipping, !partial.isEmpty {
            partial.withBytes(in: partial.indices) { finish($0, &counts, body) }
        }
        isSkipping = false
        forget()
    }

    private func finish(_ line: RawSpan, _ counts: inout Counts, _ body: (RawSpan) -> Void) {
        guard line.byteCount <= limit else {
            counts.tooLong += 1
            return
        }
        var length = line.byteCount
        if length > 0, line[byte: length - 1] == .carriageReturn { length -= 1 }
        guard length > 0 else { return }
        counts.lines += 1
        body(line.extracting(0..<length))
    }

    private mutating func forget() {
        partial.removeAll(keepingCapacity: partial.capacity <= Self.kept)
    }
}
