import Bytes

/// Cuts what a connection sends into frames, keeping at most one unfinished frame.
struct FrameBuffer {
    /// What became of a piece of input.
    struct Counts: Equatable {
        /// Frames handed out.
        var frames = 0
        /// Frames longer than the limit, each counted once, as soon as that is known.
        var tooLong = 0
        /// Frames whose rest did not arrive; frames that were too long are not among them.
        var unfinished = 0
        /// Whether any frame ended, even one that is left out; if so, an unfinished frame began in this piece.
        var sawEnd = false
    }

    private let framing: Framing
    private var held: [UInt8] = []
    private var isSkipping = false
    /// The number ahead of a frame, as far as it has come.
    private var length: UInt32 = 0
    private var lengthBytes = 0
    /// Bytes of the frame that are still to come, once its length is known.
    private var missing = 0

    /// Memory that is kept for the next unfinished frame.
    private static let kept = 4096

    init(_ framing: Framing) { self.framing = framing }

    /// Whether a frame has begun and not ended.
    var isInsideFrame: Bool { !held.isEmpty || isSkipping || lengthBytes > 0 }

    /// Calls `body` with each frame that `input` completes.
    mutating func append(_ input: RawSpan, _ body: (RawSpan) -> Void) -> Counts {
        var counts = Counts()
        var rest = 0..<input.byteCount
        while !rest.isEmpty {
            let (piece, isEnd) = cut(input, &rest, &counts)
            if !isEnd || !held.isEmpty { hold(input, piece, &counts) }
            guard isEnd else { continue }
            counts.sawEnd = true
            if held.isEmpty, !isSkipping {
                handOut(input.extracting(piece), &counts, body)
            } else {
                handOutHeld(&counts, body)
            }
        }
        return counts
    }

    /// Handles the end of the connection: it ends the last line, but no frame with a length.
    mutating func end(_ body: (RawSpan) -> Void) -> Counts {
        guard case .newline = framing else { return abandon() }
        var counts = Counts()
        handOutHeld(&counts, body)
        return counts
    }

    /// What is unfinished stays so.
    mutating func abandon() -> Counts {
        let counts = Counts(unfinished: isInsideFrame && !isSkipping ? 1 : 0)
        self = FrameBuffer(framing)
        return counts
    }

    /// Takes the next piece of a frame off `rest`, and tells whether the frame ends with it.
    private mutating func cut(
        _ input: RawSpan, _ rest: inout Range<Int>, _ counts: inout Counts
    ) -> (piece: Range<Int>, isEnd: Bool) {
        switch framing {
        case .newline:
            let start = rest.lowerBound
            guard let newline = input.firstOffset(of: .newline, in: rest) else {
                rest = rest.upperBound..<rest.upperBound
                return (start..<rest.upperBound, false)
            }
            rest = newline + 1..<rest.upperBound
            return (start..<newline, true)
        case .lengthPrefix(let prefix, _):
            readLength(prefix, input, &rest, &counts)
            let piece = rest.prefix(missing)
            rest = piece.upperBound..<rest.upperBound
            missing -= piece.count
            guard lengthBytes == prefix.width, missing == 0 else { return (piece, false) }
            length = 0
            lengthBytes = 0
            return (piece, true)
        }
    }

    private mutating func readLength(
        _ prefix: LengthPrefix, _ input: RawSpan, _ rest: inout Range<Int>, _ counts: inout Counts
    ) {
        guard lengthBytes < prefix.width else { return }
        while lengthBytes < prefix.width, !rest.isEmpty {
            length = prefix.add(input[byte: rest.lowerBound], to: length, count: lengthBytes)
            lengthBytes += 1
            rest = rest.dropFirst()
        }
        guard lengthBytes == prefix.width else { return }
        missing = Int(length)
        if missing > framing.limit { skip(&counts) }
    }

    private mutating func hold(_ input: RawSpan, _ piece: Range<Int>, _ counts: inout Counts) {
        guard !isSkipping else { return }
        guard held.count + piece.count <= framing.limit else { return skip(&counts) }
        input.append(piece, to: &held)
    }

    private mutating func skip(_ counts: inout Counts) {
        isSkipping = true
        counts.tooLong += 1
        forget()
    }

    private mutating func handOutHeld(_ counts: inout Counts, _ body: (RawSpan) -> Void) {
        if !isSkipping { held.withBytes(in: held.indices) { handOut($0, &counts, body) } }
        isSkipping = false
        forget()
    }

    private func handOut(_ frame: RawSpan, _ counts: inout Counts, _ body: (RawSpan) -> Void) {
        guard frame.byteCount <= framing.limit else {
            counts.tooLong += 1
            return
        }
        var length = frame.byteCount
        if case .newline = framing, length > 0, frame[byte: length - 1] == .carriageReturn { length -= 1 }
        guard length > 0 else { return }
        counts.frames += 1
        body(frame.extracting(0..<length))
    }

    private mutating func forget() {
        held.removeAll(keepingCapacity: held.capacity <= Self.kept)
    }
}
