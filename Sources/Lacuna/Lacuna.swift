// The umbrella: everything that solves, nothing that runs experiments.
@_exported import LacunaArrays
@_exported import LacunaDynamics
@_exported import LacunaNets
@_exported import LacunaOperators
@_exported import LacunaSolvers
@_exported import LacunaSparse
@_exported import LacunaStructure
@_exported import LacunaWireless
