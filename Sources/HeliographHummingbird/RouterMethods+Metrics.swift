#if Hummingbird
public import Exporting
import HTTPTypes
public import Hummingbird
import NIOCore

extension RouterMethods {
    /// Serves the page of `exporter` at `path`, for Prometheus to scrape.
    ///
    /// The format is what `Accept` asks for, compressed where the client takes gzip or zstd, and sent in pieces while it is made.
    /// `name[]` in the query chooses metrics.
    @discardableResult
    public func metrics(_ exporter: Exporter, at path: RouterPath = "/metrics") -> Self {
        on(path, method: .get) { request, _ in Self.page(of: exporter, for: request) }
    }

    private static func page(of exporter: Exporter, for request: Request) -> Response {
        let page = exporter.stream(
            accept: request.headers[.accept], acceptEncoding: request.headers[.acceptEncoding],
            names: request.uri.queryParameters[values: "name[]"].map { String($0) },
            scrapeTimeout: scrapeTimeout.flatMap { request.headers[$0] })
        var headers: HTTPFields = [.contentType: page.contentType, .vary: "Accept, Accept-Encoding"]
        if let coding = page.contentEncoding { headers[.contentEncoding] = coding }
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                for await piece in page { try await writer.write(ByteBuffer(bytes: piece)) }
                try await writer.finish(nil)
            })
    }
}

private let scrapeTimeout = HTTPField.Name("X-Prometheus-Scrape-Timeout-Seconds")
#endif
