import Microhttpd
import PrometheusFormat

/// A page that is made while it is sent, so that it is never whole in memory.
struct PageInProgress: StreamProducer {
    private let format: PageFormat
    private let ownMetrics: OwnMetrics
    private var cursor: PageCursor
    /// What was made before the stream began.
    private var start: [UInt8] = []
    /// Spent on making the page until now.
    private var time: Duration

    /// Begins a page, whose collectors have until `deadline`.
    init(
        _ renderer: PageRenderer, _ format: PageFormat, _ ownMetrics: OwnMetrics,
        collectingUntil deadline: ContinuousClock.Instant
    ) {
        self.format = format
        self.ownMetrics = ownMetrics
        let begin = ContinuousClock.now
        cursor = renderer.begin(collectingUntil: deadline)
        time = .now - begin
    }

    /// The media type of the page.
    var contentType: String { format.contentType }

    /// The body of an answer: the whole page where it is short, else a stream.
    consuming func body() -> Response.Body {
        if let bytes = shortPage() { return .bytes(bytes) }
        return .stream(StreamedBody(self))
    }

    /// The whole page where it is short; nil where `fill` is to give it.
    mutating func shortPage() -> [UInt8]? {
        var bytes: [UInt8] = []
        guard append(to: &bytes, atLeast: Self.longestWhole) else { return bytes }
        start = bytes
        return nil
    }

    /// Appends at least so many bytes, as far as there are some, and not many more; whether there are others.
    private mutating func append(to bytes: inout [UInt8], atLeast byteCount: Int) -> Bool {
        let begin = ContinuousClock.now
        let hasMore = PieceBuffers.shared.append(to: &bytes) { piece in
            cursor.write(into: &piece, atLeast: byteCount)
        }
        time += .now - begin
        if !hasMore { ownMetrics.scraped(format.format, in: time) }
        return hasMore
    }

    mutating func fill(_ chunk: inout [UInt8]) -> StreamStep {
        guard start.isEmpty else {
            swap(&start, &chunk)
            return .more
        }
        return append(to: &chunk, atLeast: PageRenderer.pieceSize) ? .more : .end
    }

    func ended(_ outcome: StreamOutcome) {}

    /// Bytes up to which a page is sent as one piece, with its length announced.
    private static let longestWhole = 128 << 10
}
