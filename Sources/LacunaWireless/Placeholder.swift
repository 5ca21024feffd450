@_exported import LacunaSolvers
