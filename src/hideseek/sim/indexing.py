"""How kernels index arrays: without Python's rule that a negative index counts from the end.

The rule costs a comparison and a choice for every index of every access, and hides from the compiler where memory
lies; without it the physics takes a quarter to a third less time.
"""

from typing import Any

from numba.core import ir, types
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import FunctionPass, register_pass
from numba.core.typed_passes import NoPythonSupportedFeatureValidation


@register_pass(mutates_CFG=False, analysis_only=False)
class TakeIndicesAsUnsigned(FunctionPass):
    """Let every index of an array be taken as an unsigned integer, of which Numba knows that it cannot be negative."""

    _name = "take_indices_as_unsigned"

    def __init__(self) -> None:
        FunctionPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        """Change the types of the indices in `state.calltypes`; return whether any changed."""
        changed = False
        for block in state.func_ir.blocks.values():
            for statement in block.body:
                access = statement.value if isinstance(statement, ir.Assign) else statement
                is_load = isinstance(access, ir.Expr) and access.op == "getitem"
                if not (is_load or isinstance(access, ir.SetItem)):
                    continue
                signature = state.calltypes.pop(access)
                array, index, *value = signature.args
                if isinstance(array, types.Array):
                    signature = signature.replace(args=(array, _unsigned(index), *value))
                    changed = True
                state.calltypes[access] = signature
        return changed


def _unsigned(index: Any) -> Any:
    """Return the type of an index with its signed integers as unsigned ones."""
    if isinstance(index, types.Tuple | types.UniTuple):
        return types.BaseTuple.from_types([_unsigned(part) for part in index.types])
    return types.uintp if index in types.signed_domain else index


@register_pass(mutates_CFG=False, analysis_only=False)
class OwnCopies(FunctionPass):
    """Let a kernel call copies of its own of the kernels that are linked into it, as they were compiled with it.

    Otherwise all kernels of a process share the first copy of a function that it has come by. Copies differ in the last
    bit where sums may be reordered; so the process that compiles would compute other numbers than later ones, which
    read what it has kept.
    """

    _name = "own_copies"

    def __init__(self) -> None:
        FunctionPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        """Have linked functions made private before the module is optimised; the code itself is left alone."""
        if state.library is None:
            state.library = state.targetctx.codegen().create_library(state.func_id.func_qualname)
            state.library.enable_object_caching()
        library = state.library
        optimise = library._optimize_final_module

        def optimise_own_copies() -> None:
            for function in library._final_module.functions:
                if not function.is_declaration and function.linkage.name == "linkonce_odr":
                    # Not internal: the JIT would find such a symbol, whose calling convention is its module's own.
                    function.linkage = "private"
            optimise()

        library._optimize_final_module = optimise_own_copies
        return False


class KernelCompiler(CompilerBase):
    """Numba's compiler with unsigned indices."""

    def define_pipelines(self) -> list:
        """Return the usual passes and this one."""
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.add_pass_after(TakeIndicesAsUnsigned, NoPythonSupportedFeatureValidation)
        passes.finalize()
        return [passes]


class PassCompiler(KernelCompiler):
    """The same for kernels that Python alone calls, and no other kernel."""

    def define_pipelines(self) -> list:
        """Return the passes of a kernel, and the one that gives it copies of its own."""
        (passes,) = super().define_pipelines()
        passes._finalized = False
        passes.add_pass_after(OwnCopies, TakeIndicesAsUnsigned)
        passes.finalize()
        return [passes]
