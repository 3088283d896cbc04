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
        fileprivate(set) var isRevoked = false
    }

    /// What the next page will have, as far as is known.
    private struct Estimate: Equatable {
        var bytes: Int
        /// When a page was made or begun that shows it.
        var date: ContinuousClock.Instant
    }

    private let maximumRequests: Int
    private let maximumBytes: Int
    private var estimates: [Encoding: Estimate] = [:]
    private var reservedBytes = 0
    /// Bytes of pages whose clients were cut, which libmicrohttpd has not let go of.
    private var revokedBytes = 0
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
    mutating func admit(_ encoding: Encoding, at now: ContinuousClock.Instant) throws(Refusal) -> Place {
        guard maximumRequests <= 0 || requests < maximumRequests else { throw .requests }
        let taken = heldBytes + reservedBytes
        var size = estimates[encoding]?.bytes ?? 0
        if taken > 0 {
            guard taken < maximumBytes else { throw .bytes }
            let rest = maximumBytes - taken
            if size > rest {
                // Only a page that is made tells how large pages are by now. One a second is made for that, with all that
                // is left; so a stale estimate can't refuse for long, and a right one costs no more than that.
                guard let estimate = estimates[encoding], estimate.date.advanced(by: .seconds(1)) <= now
                else { throw .bytes }
                estimates[encoding]?.date = now
                size = rest
            }
        }
        requests += 1
        reservedBytes += size
        return Place(encoding: encoding, reserved: size)
    }

    /// Judges a place by the true size; a place that is refused holds nothing, and has still to be released.
    mutating func settle(
        _ place: inout Place, bytes: Int, at now: ContinuousClock.Instant
    ) throws(Refusal) {
        reservedBytes -= place.reserved
        place.reserved = 0
        estimates[place.encoding] = Estimate(bytes: bytes, date: now)
        guard heldBytes == 0 || bytes <= maximumBytes - heldBytes else { throw .bytes }
        place.held = bytes
        heldBytes += bytes
    }

    /// Keeps a place for an answer that has no body, whose page says nothing of the next one.
    mutating func settleWithoutBody(_ place: inout Place) {
        reservedBytes -= place.reserved
        place.reserved = 0
    }

    /// Gives a place back before its page is let go of; false where too many bytes are in that state already.
    ///
    /// They come on top of the limit, and are at most as many, except for one page that is alone.
    mutating func revoke(_ place: inout Place) -> Bool {
        guard !place.isRevoked, revokedBytes == 0 || place.held <= maximumBytes - revokedBytes else {
            return false
        }
        release(place)
        revokedBytes += place.held
        place.isRevoked = true
        place.reserved = 0
        return true
    }

    /// Gives a place back.
    mutating func release(_ place: Place) {
        guard !place.isRevoked else {
            revokedBytes -= place.held
            return
        }
        requests -= 1
        reservedBytes -= place.reserved
        heldBytes -= place.held
    }
}
