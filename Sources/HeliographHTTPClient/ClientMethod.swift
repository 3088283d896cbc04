#if AsyncHTTPClient
import NIOHTTP1
public import Telemetry

/// A method of HTTP; what is none of the usual ones is `other`, so that it can stand in a label.
public enum ClientMethod: String, LabelValue, CaseIterable, Sendable {
    case connect = "CONNECT"
    case delete = "DELETE"
    case get = "GET"
    case head = "HEAD"
    case options = "OPTIONS"
    case patch = "PATCH"
    case post = "POST"
    case put = "PUT"
    case trace = "TRACE"
    case other = "_OTHER"

    init(_ method: HTTPMethod) {
        self = ClientMethod(rawValue: method.rawValue) ?? .other
    }
}
#endif
