#if Hummingbird
public import HTTPTypes
public import Telemetry

/// A method of HTTP; what clients make up is `other`, so that it can stand in a label.
public enum RequestMethod: String, LabelValue, CaseIterable, Sendable {
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

    /// The one that is known, else `other`; names are case-sensitive.
    public init(_ method: HTTPRequest.Method) {
        self = RequestMethod(rawValue: method.rawValue) ?? .other
    }
}
#endif
