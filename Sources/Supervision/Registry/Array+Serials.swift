/// The registrations of a key, which are in the order of their serials.
extension Array {
    /// Where the one with that serial is, by binary search.
    func index<Key, Value>(ofSerial serial: Int) -> Int? where Element == Registry<Key, Value>.Entry {
        var range = startIndex..<endIndex
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if self[middle].serial == serial { return middle }
            range = self[middle].serial < serial ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }

    mutating func remove<Key, Value>(serial: Int) -> Element? where Element == Registry<Key, Value>.Entry {
        index(ofSerial: serial).map { remove(at: $0) }
    }
}
