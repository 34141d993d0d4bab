"""How tests compile."""

#: Flags of XLA. Optimising takes much of a compilation, and most tests do not depend on it. Level 0 compiles
#: faster, but its steps take longer than that saves. The tests of the pocket tier compile as users do.
HASTILY = "--xla_backend_optimization_level=1 --xla_llvm_disable_expensive_passes=true"
