/// The units that appear in metric names, and the base unit to use in their place.
enum MetricUnits {
    private static let bases = [
        "amperes": "amperes", "bytes": "bytes", "celsius": "celsius", "grams": "grams", "joules": "joules",
        "kelvin": "kelvin", "meters": "meters", "metres": "metres", "seconds": "seconds", "volts": "volts",
        "minutes": "seconds", "hours": "seconds", "days": "seconds", "weeks": "seconds",
        "kelvins": "kelvin", "fahrenheit": "celsius", "rankine": "celsius",
        "inches": "meters", "yards": "meters", "miles": "meters",
        "bits": "bytes", "calories": "joules", "pounds": "grams", "ounces": "grams",
    ]

    private static let prefixes = [
        "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega", "mebi",
        "giga", "gibi", "tera", "tebi", "peta", "pebi",
    ]

    private static let abbreviations: Set<Substring> = [
        "s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d",
    ]

    /// The first word of a name that is a unit but no base unit.
    static func nonBase(in name: String) -> LintRule? {
        for word in name.split(separator: "_") {
            if let base = base(of: word), base != word {
                return .nonBaseUnit(found: String(word), base: base)
            }
        }
        return nil
    }

    /// Whether a lower-case word is a unit cut short.
    static func isAbbreviation(_ word: Substring) -> Bool {
        abbreviations.contains(word)
    }

    private static func base(of word: Substring) -> String? {
        if let base = bases[String(word)] {
            return base
        }
        let prefix = prefixes.first { word.hasPrefix($0) }
        return prefix.flatMap { bases[String(word.dropFirst($0.count))] }
    }
}
