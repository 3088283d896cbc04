import Ingest

extension WireEvent {
    /// An event as a parser would fill it.
    init(_ name: String, _ measurements: [String: Double] = [:], _ metadata: [String: String] = [:]) {
        self.init()
        self.name = append(name)
        for (name, value) in measurements { set(measurement: append(name), to: .double(value)) }
        for (name, value) in metadata { set(metadata: append(name), to: append(value)) }
    }

    private mutating func append(_ text: String) -> Range<Int> {
        let start = self.text.count
        self.text += text.utf8
        return start..<self.text.count
    }
}
