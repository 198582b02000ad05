using System.Diagnostics;
using System.Runtime.Intrinsics;
using QDiff.Engine.Backends;
using QDiff.Engine.Cpu;
using QDiff.Engine.Tests.Contracts;

namespace QDiff.Engine.Tests.Cpu;

/// <summary>
/// The entry point of this test assembly when it runs as a program: a small part of every contract, on the lane width that the backend
/// chooses by itself. <see cref="ProcessorFeatureTests"/> starts it with processor features switched off, which only a new process can do.
/// </summary>
internal static class SelfCheck
{
    private static readonly (string Name, Action Check)[] Checks =
    [
        .. Contracts<float>(),
        .. Contracts<double>(),
    ];

    /// <summary>Runs the checks; exit code 0 when all pass. The one argument is the greatest vector width in bits that must be accelerated.</summary>
    public static int Main(string[] arguments)
    {
        var expected = int.Parse(arguments[0]);
        var actual = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
        if (actual != expected)
        {
            Console.WriteLine($"The process should accelerate vectors of up to {expected} bits and accelerates {actual}: the switches did not work.");
            return 1;
        }

        using (var backend = new CpuBackend())
        {
            if ((int)backend.LaneWidth != expected)
            {
                Console.WriteLine($"The backend should choose vectors of {expected} bits and chose {backend.LaneWidth}.");
                return 1;
            }
        }

        var failures = 0;
        foreach (var (name, check) in Checks)
        {
            var watch = Stopwatch.StartNew();
            try
            {
                check();
                Console.WriteLine($"passed {name} ({watch.ElapsedMilliseconds} ms)");
            }
            catch (Exception error)
            {
                Console.WriteLine($"FAILED {name}: {error}");
                failures++;
            }
        }

        Console.WriteLine($"{Checks.Length - failures} of {Checks.Length} checks passed at {actual} bits.");
        return failures == 0 ? 0 : 1;
    }

    private static IEnumerable<(string Name, Action Check)> Contracts<T>()
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var precision = typeof(T).Name;
        foreach (var gate in new[] { "H", "RY", "U3", "CNOT", "CRX", "RZZ" })
        {
            yield return ($"{gate} on every placement, {precision}", () => new Circuits<T>().Apply_EveryGate_OnEveryPlacementAndBatch_EqualsTheReference(gate));
        }

        foreach (var qubits in new[] { 1, 4, 6 })
        {
            yield return (
                $"random circuit of {qubits} qubits, {precision}",
                () => new Circuits<T>().Apply_RandomCircuit_WithSharedAndPerSampleParameters_EqualsTheReference(qubits, 100 + qubits));
        }

        yield return ($"wide register, {precision}", () => new Circuits<T>().Apply_WideRegister_EqualsTheReference(14, 1));
        yield return ($"permutations, {precision}", new Circuits<T>().Apply_CnotsSwapsAndFlips_ArePermutationsOfTheAmplitudes);
        yield return ($"Pauli strings, {precision}", new Readouts<T>().Measure_SinglesAndNeighbourPairs_EqualTheReference);
        yield return ($"runs, {precision}", new Readouts<T>().Run_RandomCircuits_WithAndWithoutInitialStates_EqualTheReference);
        yield return (
            $"gradients, {precision}",
            () => new Gradients<T>().Backward_RandomCircuit_SharedScaledShiftedAndPerSample_EqualsFiniteDifferences(3, 3, 17));
        yield return ($"re-uploading gradients, {precision}", new Gradients<T>().Backward_ReuploadingAnsatz_EqualsFiniteDifferences);
        yield return ($"batch cuts, {precision}", new Determinism<T>().Run_BatchCutIntoParts_GivesEachSampleTheSameBits);
    }

    private sealed class Circuits<T> : CircuitContract<T>
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        protected override IBackend Create(int? threads) => new CpuBackend(new CpuOptions { Threads = threads });
    }

    private sealed class Readouts<T> : ReadoutContract<T>
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        protected override IBackend Create(int? threads) => new CpuBackend(new CpuOptions { Threads = threads });
    }

    private sealed class Gradients<T> : GradientContract<T>
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        protected override IBackend Create(int? threads) => new CpuBackend(new CpuOptions { Threads = threads });
    }

    private sealed class Determinism<T> : DeterminismContract<T>
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        protected override IBackend Create(int? threads) => new CpuBackend(new CpuOptions { Threads = threads });
    }
}
