// The page behind a server of one's own: content type and bytes, in the format that the request asks for.

import Heliograph

let requests = Event<String>("own.request")
let exporter = try Exporter {
    Counter("own_requests_total", "Requests.", of: requests, labels: Label("path") { $0 })
}

/// What any server's handler of `GET /metrics` does.
func metrics(accept: String?) -> (contentType: String, body: [UInt8]) {
    let page = exporter.render(accept: accept)
    return (page.contentType, page.bytes)
}

requests.emit("/")
let (contentType, body) = metrics(accept: "application/openmetrics-text")
print(contentType, body.count)
