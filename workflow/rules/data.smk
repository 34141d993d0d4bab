# Downloads where the configuration names no local mirror; verifies checksums either way.
