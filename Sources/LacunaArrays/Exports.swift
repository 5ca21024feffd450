// Complex numbers and elementary functions are swift-numerics' own; users of Lacuna get them with it.
@_exported import ComplexModule
@_exported import RealModule
