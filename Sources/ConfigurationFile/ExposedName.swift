/// The rule that makes a Prometheus name from a dotted one.
package enum ExposedName {
    /// The name with `_` for dots, then the unit, then `_total`, neither of them twice.
    ///
    /// `unitSuffix` comes without its underscore, such as `seconds`.
    package static func make(
        _ dotted: String, prefix: String, unitSuffix: String?, isCumulative: Bool
    ) -> String {
        var name = String(dotted.map { $0 == "." ? "_" : $0 })
        let total = "_total"
        let endsInTotal = name.hasSuffix(total)
        if endsInTotal { name.removeLast(total.count) }
        if let unitSuffix, name != unitSuffix, !name.hasSuffix("_\(unitSuffix)") { name += "_\(unitSuffix)" }
        if endsInTotal || isCumulative { name += total }
        return prefix + name
    }
}
