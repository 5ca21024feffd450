@_exported import LacunaArrays
