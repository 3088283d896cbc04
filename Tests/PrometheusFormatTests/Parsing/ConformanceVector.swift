import FoundationEssentials

/// One case of the OpenMetrics project's test data, which lies outside the repository.
struct ConformanceVector: CustomStringConvertible {
    let description: String
    let page: [UInt8]
    let shouldParse: Bool

    /// `HELIOGRAPH_VECTORS`, else `shared/vectors` beside the package.
    private static var directory: String {
        if let path = ProcessInfo.processInfo.environment["HELIOGRAPH_VECTORS"] {
            return path + "/openmetrics"
        }
        let package = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        return "/\(package)/../shared/vectors/openmetrics"
    }

    /// Every case in the order of their names, none where the data is absent.
    static let all: [ConformanceVector] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.sorted().compactMap(ConformanceVector.init(name:))
    }()

    private init?(name: String) {
        let files = FileManager.default
        guard let page = files.contents(atPath: "\(Self.directory)/\(name)/metrics"),
            let test = files.contents(atPath: "\(Self.directory)/\(name)/test.json")
        else { return nil }
        description = name
        self.page = Array(page)
        shouldParse = String(decoding: test, as: UTF8.self).contains("\"shouldParse\": true")
    }
}
