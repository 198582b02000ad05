using System.Reflection;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;

namespace QDiff.Kernels.Tests.Package;

/// <summary>Part of the build with ILGPU's package alone: what its compiler makes of the kernels for a GPU that need not be there.</summary>
public sealed class PtxTests : IDisposable
{
    private readonly Context _context = Context.Create(builder => builder.EnableAlgorithms());
    private readonly PTXBackend _compiler;

    public PtxTests() => _compiler = new PTXBackend(
        _context, new CudaCapabilityContext(CudaArchitecture.SM_90), CudaArchitecture.SM_90, CudaInstructionSet.ISA_80, null!);

    public static TheoryData<string> Kernels => [.. Methods.Keys];

    private static SortedDictionary<string, MethodInfo> Methods { get; } = new(
        KernelMethods.All().SelectMany(launcher => launcher.Kernels).Distinct().ToDictionary(kernel => $"{kernel.DeclaringType}.{kernel.Name}"), StringComparer.Ordinal);

    public void Dispose()
    {
        _compiler.Dispose();
        _context.Dispose();
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Kernel_ForSm90_CompilesAndUsesNoApproximation(string kernel)
    {
        var entry = EntryPointDescription.FromExplicitlyGroupedKernel(Methods[kernel]);
        var compiled = (PTXCompiledKernel)_compiler.Compile(entry, default);
        Assert.Contains(".entry", compiled.PTXAssembly);
        Assert.DoesNotContain(".approx", compiled.PTXAssembly);
    }
}
