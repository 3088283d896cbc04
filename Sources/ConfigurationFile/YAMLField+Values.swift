import Bytes
import Linux
import TelemetryMetrics
import YAML

/// The values that more than one section has.
extension YAMLField {
    /// The result of `read`, or nil inside for null and the empty text, which switch something off.
    func optional<Value>(_ read: (YAMLField) -> Value?) -> Value?? {
        if isNull || scalar == "" { return .some(nil) }
        return read(self).map(Optional.some)
    }

    /// An address to listen on.
    func listenAddress() -> ListenAddress? {
        guard let text = text() else { return nil }
        do {
            return try ListenAddress(text)
        } catch {
            return failed(error.description)
        }
    }

    /// The absolute path of a Unix socket.
    func socketPath() -> String? {
        text(without: SocketPath.mistake(in:))
    }

    /// Permission bits in octal, such as `"0660"`.
    func mode() -> UInt32? {
        guard let text = text() else { return nil }
        guard (3...4).contains(text.utf8.count), text.utf8.allSatisfy(\.isDigit),
            let mode = UInt32(text, radix: 8), mode <= 0o777
        else {
            return failed("needs an octal mode from 000 to 0777 such as \"0660\", not \(text.quoted)")
        }
        return mode
    }

    /// When series go; zero is never.
    func expiry() -> ExpirySetting? {
        duration().map(ExpirySetting.init)
    }

    /// At least one finite number, strictly ascending; or `native`, or a mapping of how native ones are chosen.
    func buckets() -> Buckets? {
        if scalar == "native" { return .native() }
        if case .mapping = node.content { return nativeBuckets() }
        return boundaries().map(Buckets.init)
    }

    private func nativeBuckets() -> Buckets? {
        guard let section = YAMLSection<NativeKey>(self) else { return nil }
        var native = NativeBuckets()
        section.read(.growthFactor, into: &native.growthFactor) { $0.number() }
        section.read(.limit, into: &native.limit) { $0.whole(atLeast: 1) }
        section.read(.zeroThreshold, into: &native.zeroThreshold) { $0.number() }
        section.read(.largestZeroThreshold, into: &native.largestZeroThreshold) { $0.number() }
        section.read(.resetAfter, into: &native.resetAfter) { $0.duration().map(Optional.some) }
        guard native.isValid else {
            return failed(
                "needs a growth factor above 1, a limit from 1 to 1000, no negative threshold and a reset time above zero"
            )
        }
        return .native(native)
    }

    private func boundaries() -> [Double]? {
        guard let fields = list() else { return nil }
        guard !fields.isEmpty else { return failed("needs at least one bucket") }
        var bounds: [Double] = []
        for field in fields {
            guard let bound = field.number() else { continue }
            if let last = bounds.last, bound <= last {
                field.fail("buckets ascend strictly, but \(bound) follows \(last)")
            }
            bounds.append(bound)
        }
        return bounds
    }

    /// A unit's name, or `from` and `to`.
    func unit() -> UnitSetting? {
        if scalar != nil { return choice(UnitSetting.Unit.self).map(UnitSetting.init(from:)) }
        guard let section = YAMLSection<UnitKey>(self) else { return nil }
        let from = section.required(.from)?.choice(UnitSetting.Unit.self)
        let target = section.required(.to)
        guard let to = target?.choice(UnitSetting.Unit.self), let from else { return nil }
        guard to == from.base else {
            return target?.failed(
                "needs \(from.base.rawValue), the base unit of \(from.rawValue), not \(to.rawValue)")
        }
        return UnitSetting(from: from)
    }

    /// Label names with texts that `mistake` finds nothing wrong with; `taken` names are on every series already.
    func labels(
        reserved: Set<String>, taken: Set<String> = [], mistake: (String) -> String? = { _ in nil }
    ) -> [LabelSetting]? {
        entries()?.compactMap { name, key, value in
            key.checkLabel(name, reserved: reserved, taken: taken)
            return value.text(without: mistake).map { LabelSetting(name, $0) }
        }
    }

    /// Reports what is wrong with the label name `name`, written here.
    func checkLabel(_ name: String, reserved: Set<String>, taken: Set<String>) {
        if let mistake = NameMistake.of(labelName: name) {
            fail(mistake)
        } else if reserved.contains(name) {
            fail("\(name.quoted) is the label that histograms or summaries need for themselves")
        } else if taken.contains(name) {
            fail("\(name.quoted) is in global.labels already")
        }
    }
}
