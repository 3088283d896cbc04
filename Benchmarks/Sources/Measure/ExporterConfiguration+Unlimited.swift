import Heliograph

extension ExporterConfiguration {
    /// Limits that no benchmark reaches.
    static var unlimited: ExporterConfiguration {
        var configuration = ExporterConfiguration()
        configuration.memoryLimit = 32 << 30
        configuration.samplesLimit = .max
        return configuration
    }
}
