import Glibc
import TestKit

/// Shapes of data that quantiles are asked of.
enum Shape: CaseIterable {
    case constant, uniform, normal, logNormal, pareto, bimodal, ascending, tinyAndHuge

    func values(_ count: Int) -> [Double] {
        var random = SeededGenerator(seed: 11)
        func unit() -> Double { Double.random(in: 1e-12..<1, using: &random) }
        func gauss() -> Double { (-2 * log(unit())).squareRoot() * cos(2 * .pi * unit()) }
        return (0..<count).map { number in
            switch self {
            case .constant: 3.7
            case .uniform: unit() * 100
            case .normal: 50 + 5 * gauss()
            case .logNormal: exp(gauss() * 2)
            case .pareto: pow(unit(), -1 / 1.2)
            case .bimodal: number % 3 == 0 ? 900 + gauss() : 2 + 0.1 * gauss()
            case .ascending: Double(number + 1)
            case .tinyAndHuge: number % 2 == 0 ? 1e-300 * (1 + unit()) : 1e300 * (1 + unit())
            }
        }
    }
}
