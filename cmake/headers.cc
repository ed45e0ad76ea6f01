// Nothing: what FerryTargets.cmake precompiles needs one file to go with.
