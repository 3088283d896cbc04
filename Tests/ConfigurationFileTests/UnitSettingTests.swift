import Testing

@testable import ConfigurationFile

@Suite(.timeLimit(.minutes(5)))
struct UnitSettingTests {
    @Test(arguments: [
        (UnitSetting.Unit.second, 3.0, 3.0, "seconds"), (.millisecond, 300, 0.3, "seconds"),
        (.microsecond, 7, 0.000_007, "seconds"), (.nanosecond, 1, 0.000_000_001, "seconds"),
        (.byte, 5, 5, "bytes"), (.kilobyte, 1.5, 1500, "bytes"), (.megabyte, 2, 2_000_000, "bytes"),
    ])
    func convertsToTheBaseUnit(unit: UnitSetting.Unit, measured: Double, exposed: Double, suffix: String) {
        let setting = UnitSetting(from: unit)
        #expect(setting.convert(measured) == exposed)
        #expect(setting.suffix == suffix)
    }
}
