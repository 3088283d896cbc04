import Microhttpd

/// The page at `/`: what this is, and links to the rest.
struct LandingPage: Sendable {
    private let html: String

    init(telemetryPath: String) {
        let path = telemetryPath.utf8.reduce(into: "") { text, byte in
            switch byte {
            case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"), UInt8(ascii: "\""):
                text += "&#\(byte);"
            default:
                text.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        html = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Heliograph</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 40rem; padding: 0 1rem; }
            h1 { font-size: 1.6rem; margin-bottom: 0; }
            p.version { color: #667; margin-top: 0; }
            li { margin: .4rem 0; }
            @media (prefers-color-scheme: dark) { body { background: #16181d; color: #dde; } a { color: #8bf; } }
            </style>
            </head>
            <body>
            <h1>Heliograph</h1>
            <p class="version">Telemetry and metrics exporter, version \(Version.current)</p>
            <ul>
            <li><a href="\(path)">Metrics</a>, for Prometheus to scrape</li>
            <li><a href="/-/healthy">Healthy</a>: the process answers</li>
            <li><a href="/-/ready">Ready</a>: everything is up</li>
            </ul>
            </body>
            </html>

            """
    }

    var response: Response {
        Response(contentType: "text/html; charset=utf-8", body: .bytes(Array(html.utf8)))
    }
}
