import Microhttpd
import PrometheusFormat

/// A page of metrics in pieces, for a server other than the exporter's own: it is never whole in memory.
///
/// ```swift
/// let page = exporter.stream(accept: accept, acceptEncoding: encoding)
/// for await piece in page { try await writer.write(piece) }
/// ```
///
/// The headers to send are known before the first piece. Each iteration makes a page of its own, begun with its iterator. Thread-safe;
/// a single iterator is for one task.
public struct PageStream: AsyncSequence, Sendable {
    /// Some bytes of the page, at least one.
    public typealias Element = [UInt8]
    /// A page can't fail: what is wrong with a metric stays with it.
    public typealias Failure = Never

    /// The `Content-Type` to send with it.
    public let contentType: String
    /// The `Content-Encoding` to send with it: `gzip` or `zstd`, nil where it goes as it is.
    public let contentEncoding: String?
    private let begin: @Sendable () -> PageInProgress
    private let acceptEncoding: String?

    init(
        contentType: String, acceptEncoding: String?, begin: @escaping @Sendable () -> PageInProgress
    ) {
        self.contentType = contentType
        self.acceptEncoding = acceptEncoding
        self.begin = begin
        contentEncoding = PieceEncoder.contentEncoding(for: acceptEncoding)
    }

    /// Has the collectors asked now, and the first piece made once it is wanted.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(page: begin(), encoder: PieceEncoder(for: acceptEncoding))
    }

    /// One page while it is made.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private var page: PageInProgress
        private let encoder: PieceEncoder?
        private var isOver = false

        init(page: PageInProgress, encoder: PieceEncoder?) {
            self.page = page
            self.encoder = encoder
        }

        /// The next bytes, nil at the end.
        ///
        /// It waits for collectors that are slow without holding a thread.
        public mutating func next() async -> [UInt8]? {
            while !isOver {
                var piece: [UInt8] = []
                switch page.fill(&piece) {
                case .more: break
                case .pause:
                    await page.begun()
                    continue
                case .end, .fail: isOver = true
                }
                if let encoder { piece = encoder.encode(piece, isLast: isOver) }
                if !piece.isEmpty { return piece }
            }
            return nil
        }
    }
}

extension Exporter {
    /// The page as `render` has it, in pieces of about 64 KiB, compressed where the client takes gzip or zstd.
    ///
    /// The arguments are headers of the request as they came, nil where there is none.
    /// - Parameters:
    ///   - accept: which format.
    ///   - acceptEncoding: which compression.
    ///   - names: the metrics to show, `name[]` in the query of a request; all where there are none.
    ///   - scrapeTimeout: `X-Prometheus-Scrape-Timeout-Seconds`, which bounds how long collectors are waited for.
    public func stream(
        accept: String? = nil, acceptEncoding: String? = nil, names: [String] = [],
        scrapeTimeout: String? = nil
    ) -> PageStream {
        let timeout = ScrapeTimeout.forCollectors(
            header: scrapeTimeout, atMost: configuration.responseTimeout)
        return PageStream(
            contentType: formats.format(accept: accept).contentType, acceptEncoding: acceptEncoding
        ) { [self] in begin(accept: accept, names: names, timeout: timeout) }
    }
}
