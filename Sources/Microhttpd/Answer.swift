/// A response ready for libmicrohttpd, and where it is a page, the place to give back once it is over.
struct Answer {
    let prepared: PreparedResponse
    let place: Place?

    init(_ prepared: PreparedResponse, place: Place? = nil) {
        self.prepared = prepared
        self.place = place
    }
}

/// A response with its headers complete and its body as sent.
struct PreparedResponse: Equatable {
    var status: Int
    var headers: Headers
    var body: [UInt8] = []
    /// Sent in the place of `body`.
    var stream: StreamedBody?

    init(_ response: Response, closesConnection: Bool) {
        status = (200...599).contains(response.status) ? response.status : 500
        headers = response.headers
        if let type = response.contentType { headers.append("Content-Type", type) }
        if closesConnection { headers.append("Connection", "close") }
        switch response.body {
        case .bytes(let bytes) where status != 204 && status != 304: body = bytes
        case .stream(let stream) where status != 204 && status != 304:
            // Two answers with one stream are a mistake of the handler.
            if stream.take() { self.stream = stream } else { status = 500 }
        case .bytes, .stream, .empty: break
        }
    }
}
