/// The identity of a series or of a group of samples, whatever the order of its labels.
///
/// Compares bytes, because `String` equality takes canonically equivalent texts for one.
struct SeriesKey: Hashable {
    private let bytes: [UInt8]

    /// The labels but one, which tells samples of one group apart.
    init(_ labels: [ExpositionLabel], without left: String? = nil) {
        var bytes: [UInt8] = []
        for label in labels.sorted(by: { $0.name < $1.name }) where label.name != left {
            // 0xFF occurs in no UTF-8 text.
            bytes.append(contentsOf: label.name.utf8)
            bytes.append(0xFF)
            bytes.append(contentsOf: label.value.utf8)
            bytes.append(0xFF)
        }
        self.bytes = bytes
    }

    /// A sample's name and labels.
    init(_ sample: ExpositionSample) {
        bytes = Array(sample.name.utf8) + SeriesKey(sample.labels).bytes
    }
}
