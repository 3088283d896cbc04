/// How many limited answers are under way and how many bytes they hold, and whether there may be another.
///
/// The sum of held bytes never passes the limit, except for one page that is alone. A page's size is known only once it is
/// made. So a page is admitted by the size of the last one, and judged again by its own.
struct ResponseBudget: Equatable {
    /// Which limit is reached.
    enum Refusal: Error {
        case requests
        case bytes
    }

    /// How a page goes out; its size is estimated by pages that went out the same way.
    enum Encoding {
        case plain
        case gzip
    }

    /// What one answer takes up.
    struct Place: Equatable {
        fileprivate let encoding: Encoding
        fileprivate var reserved: Int
        fileprivate(set) var held = 0
    }

    private let maximumRequests: Int
    private let maximumBytes: Int
    private var expected: [Encoding: Int] = [:]
    private var reservedBytes = 0
    /// Answers that have a place.
    private(set) var requests = 0
    /// Bytes of pages that wait to be sent.
    private(set) var heldBytes = 0

    /// - Parameters:
    ///   - requests: answers at once; no limit below one.
    ///   - bytes: bytes of all pages together; one page may always be there, however large.
    init(requests: Int, bytes: Int) {
        maximumRequests = requests
        maximumBytes = bytes
    }

    /// Takes a place for an answer that is about to be made.
    mutating func admit(_ encoding: Encoding) throws(Refusal) -> Place {
        guard maximumRequests <= 0 || requests < maximumRequests else { throw .requests }
        let size = expected[encoding, default: 0]
        let taken = heldBytes + reservedBytes
        guard taken == 0 || (taken < maximumBytes && size <= maximumBytes - taken) else {
            // Only a page that is made corrects the estimate. Halved at each refusal, a stale one can't refuse for ever.
            expected[encoding] = size / 2
            throw .bytes
        }
        requests += 1
        reservedBytes += size
        return Place(encoding: encoding, reserved: size)
    }

    /// Judges a place by the true size; a place that is refused holds nothing, and has still to be released.
    mutating func settle(_ place: inout Place, bytes: Int) throws(Refusal) {
        reservedBytes -= place.reserved
        place.reserved = 0
        expected[place.encoding] = bytes
        guard heldBytes == 0 || bytes <= maximumBytes - heldBytes else { throw .bytes }
        place.held = bytes
        heldBytes += bytes
    }

    /// Keeps a place for an answer that has no body, whose page says nothing of the next one.
    mutating func settleWithoutBody(_ place: inout Place) {
        reservedBytes -= place.reserved
        place.reserved = 0
    }

    /// Gives a place back.
    mutating func release(_ place: Place) {
        requests -= 1
        reservedBytes -= place.reserved
        heldBytes -= place.held
    }
}
