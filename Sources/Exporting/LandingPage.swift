import Endpoint
import Microhttpd

/// The page at `/`: what this is, and links to what the rooms contribute.
struct LandingPage: Sendable {
    private let html: String

    /// A page of links that begin with `path`.
    init(_ links: [RouteContribution.Link], below path: String = "") {
        let items = links.map { link in
            "<li><a href=\"\(Self.escaped(path + link.path))\">\(Self.escaped(link.title))</a>\(Self.escaped(link.note))</li>"
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
            \(items.joined(separator: "\n"))
            </ul>
            </body>
            </html>

            """
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "<", ">", "&", "\"": escaped += "&#\(scalar.value);"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }

    var response: Response {
        Response(
            contentType: "text/html; charset=utf-8", headers: ["Content-Security-Policy": Self.policy],
            body: .bytes(Array(html.utf8)))
    }

    /// Nothing but the style above, by its hash.
    private static let policy =
        "default-src 'none'; style-src 'sha256-+HtU1QO2TSGhuS0WjmECuIhd7QZZgwhGq7+o3YQXHQc='; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'"
}
