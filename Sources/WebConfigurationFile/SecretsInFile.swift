import ConfigurationKeys
import Linux

extension YAMLField {
    /// Warns where the file that is read has a secret itself, and all users may read it.
    func warnIfReadableByAll() {
        guard FileStamp(reading.file)?.isReadableByAll == true else { return }
        warn("the file holds a secret and can be read by all users; chmod o-r takes that away")
    }
}
