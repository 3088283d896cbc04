import Microhttpd
import PrometheusFormat

/// A page that is made while it is sent, so that it is never whole in memory.
struct PageInProgress: StreamProducer {
    private let format: PageFormat
    private let ownMetrics: OwnMetrics
    private let beginning: PageBeginning
    /// Nil while collectors are waited for.
    private var cursor: PageCursor?
    /// What was made before the stream began.
    private var start: [UInt8] = []
    /// Spent on making the page until now.
    private var time = Duration.zero

    /// Begins a page, whose collectors have until `deadline`.
    init(
        _ renderer: PageRenderer, _ format: PageFormat, _ ownMetrics: OwnMetrics,
        collectingUntil deadline: ContinuousClock.Instant
    ) {
        self.format = format
        self.ownMetrics = ownMetrics
        beginning = PageBeginning()
        renderer.begin(collectingUntil: deadline, then: beginning.set)
    }

    /// The media type of the page.
    var contentType: String { format.contentType }

    /// The body of an answer: the whole page where it is short and there soon, else a stream, which pauses while collectors are waited for.
    consuming func body() -> Response.Body {
        if let bytes = shortPage() { return .bytes(bytes) }
        let beginning = beginning
        let body = StreamedBody(self, keepAlive: .never)
        beginning.onceThere { body.resume() }
        return .stream(body)
    }

    /// The whole page where it is short and its collectors answer at once; nil where `fill` is to give it.
    mutating func shortPage() -> [UInt8]? {
        guard begins(within: Self.shortWait) else { return nil }
        var bytes: [UInt8] = []
        guard append(to: &bytes, atLeast: Self.longestWhole) else { return bytes }
        start = bytes
        return nil
    }

    /// Whether the page is there, within `patience`.
    private mutating func begins(within patience: Duration) -> Bool {
        guard cursor == nil, let (page, duration) = beginning.take(within: patience) else {
            return cursor != nil
        }
        cursor = page
        time = duration
        return true
    }

    /// Appends at least so many bytes, as far as there are some, and not many more; whether there are others.
    private mutating func append(to bytes: inout [UInt8], atLeast byteCount: Int) -> Bool {
        let begin = ContinuousClock.now
        let hasMore = PieceBuffers.shared.append(to: &bytes) { piece in
            cursor?.write(into: &piece, atLeast: byteCount) ?? false
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
        guard begins(within: .zero) else { return .pause }
        return append(to: &chunk, atLeast: PageRenderer.pieceSize) ? .more : .end
    }

    /// Returns once collectors are not waited for any more, after `fill` has paused.
    func begun() async {
        await withCheckedContinuation { waiting in beginning.onceThere { waiting.resume() } }
    }

    func ended(_ outcome: StreamOutcome) {}

    /// Bytes up to which a page is sent as one piece, with its length announced.
    private static let longestWhole = 128 << 10
    /// How long a thread of the server waits for collectors, which most often just read a number.
    private static let shortWait = Duration.milliseconds(5)
}
