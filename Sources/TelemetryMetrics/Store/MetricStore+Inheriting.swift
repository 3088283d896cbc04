import Arena
import Synchronization

/// How metrics go on with what a predecessor had of them.
extension MetricStore {
    /// How long series of a metric that nobody defines are shown, where its definition has them live for ever.
    package static let undefinedLifetime = Duration.seconds(86_400)

    /// What became of what the predecessor had, so far.
    package var adoption: AdoptionOutcome { inheritance.outcome }

    /// The names of metrics that became others, and began anew, since the last call; at most so many as are kept, and how many more.
    package func takeChanges() -> (names: [String], further: Int) {
        inheritance.note { outcome in
            defer { (outcome.changedNames, outcome.furtherChanged) = ([], 0) }
            return (outcome.changedNames, outcome.furtherChanged)
        }
    }

    /// Takes the names that a source knew in the predecessor: each once.
    package func takeInheritedNames(of owner: MetricOwner) -> [InheritedNames] {
        inheritance.takeNames(of: owner)
    }

    /// Notes rows of the predecessor that could not be read.
    package func noteBroken(_ count: Int) { inheritance.note { $0.broken += count } }

    /// What the predecessor had of metrics that are defined now; nil where they are others, or begin anew.
    func takeEstates(of definitions: [MetricDefinition], isInternal: Bool, owner: MetricOwner) -> [Estate?] {
        definitions.map { definition in
            guard let estate = inheritance.take(definition.exposedName),
                definition.isKept(by: owner, isInternal: isInternal)
            else { return nil }
            let record = estate.record
            guard record.definition.isSame(as: definition), record.isInternal == isInternal,
                record.owner == owner
            else {
                noteChange(of: estate)
                return nil
            }
            return estate
        }
    }

    private func noteChange(of estate: Estate) {
        var series = 0
        _ = estate.rows.forEach { if $0.present & estate.record.bit != 0 { series += 1 } }
        inheritance.note { $0.noteChange(of: estate.name, series: series) }
    }

    /// Has metrics of one table go on with the series that there were of them.
    func inherit(_ estates: [Estate?], _ families: [Family]) {
        let heirs = zip(families, estates).compactMap { family, estate in
            estate.map { (family: family, estate: $0) }
        }
        guard let first = heirs.first else { return }
        let start = ContinuousClock.now
        let result = Adoption(heirs, into: first.family.series).run()
        inheritance.note { outcome in
            outcome.families += heirs.count
            outcome.series += result.series
            outcome.broken += result.broken
            outcome.cut += result.cut
            outcome.duration += .now - start
        }
    }

    /// Says that a metric that nobody had defined is another one now; its series went over where that is the same.
    func retire(_ family: Family) {
        family.retract()
        if let estate = inheritance.take(family.name) { noteChange(of: estate) }
    }

    /// Makes metrics of what is left of the predecessor, and forgets it then: they are shown as they were until somebody defines them,
    /// or until their series expire, after a day at the latest where those would live for ever.
    ///
    /// What can't be a metric beside those that there are is another metric by now.
    package func inheritRest() {
        defer { inheritance.close() }
        for group in inheritance.rest {
            metrics.withLock { list in
                let possible = group.filter { isPossible($0, beside: list) }
                for estate in group where !possible.contains(where: { $0.name == estate.name }) {
                    if let estate = inheritance.take(estate.name) { noteChange(of: estate) }
                }
                guard let first = possible.first else { return }
                let definitions = possible.map { estate in
                    var definition = estate.record.definition
                    definition.expiry = definition.expiry ?? Self.undefinedLifetime
                    return definition
                }
                let families = try? add(
                    definitions, isInternal: first.record.isInternal, owner: first.record.owner,
                    isNamed: true,
                    to: &list)
                for family in families ?? [] { list.mark(family, isUndefined: true) }
                changeLimits(of: families ?? [])
                if families == nil { possible.forEach(noteChange) }
                inheritance.note { $0.undefined += families?.count ?? 0 }
            }
        }
    }

    private func isPossible(_ estate: Estate, beside list: MetricList) -> Bool {
        let definition = estate.record.definition
        let labels = estate.record.isInternal ? [] : constantLabels.map(\.name)
        // Names that are no longer allowed are shown until somebody defines what follows them.
        return NameValidation.allCases.contains {
            definition.problems(exposedName: estate.name, constantLabels: labels, names: $0).isEmpty
        }
            && list.firstTaken(of: definition.sampleNames, or: []) == nil
    }

    /// Takes metrics off the page that nobody defined and whose series have all expired.
    func removeEmptyUndefined() {
        metrics.withLock { list in
            for family in list.undefinedFamilies where family.series.table.count == 0 {
                list.remove(family)
                family.retract()
            }
        }
    }
}
