using System.Diagnostics;
using System.Runtime.Intrinsics;
using QDiff.Engine.Backends;
using QDiff.Engine.Cpu;
using QDiff.Engine.States;
using QDiff.Engine.Tests.Contracts;
using QDiff.Engine.Tests.Density;
using QDiff.Engine.Tests.Trajectories;

namespace QDiff.Engine.Tests.Cpu;

/// <summary>
/// The entry point of this test assembly when it runs as a program: a small part of every contract, on the lane width that the backend
/// chooses by itself, and a count of native memory that was not given back. <see cref="ProcessorFeatureTests"/> starts it with processor features switched off, which only a new process can do.
/// </summary>
internal static class SelfCheck
{
    private static readonly (string Name, Action Check)[] Checks =
    [
        .. Contracts<float>(),
        .. Contracts<double>(),
    ];

    /// <summary>Runs the checks; exit code 0 when all pass. The first argument is the greatest vector width in bits
    /// that must be accelerated; with a second one, the width that QDIFF_LANES must choose, nothing but that choice is checked.</summary>
    public static int Main(string[] arguments)
    {
        var expected = int.Parse(arguments[0]);
        var actual = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
        if (actual != expected)
        {
            Console.WriteLine($"The process should accelerate vectors of up to {expected} bits and accelerates {actual}: the switches did not work.");
            return 1;
        }

        if (arguments.Length > 1)
        {
            return ChooseWidth(arguments[1]);
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

        var leaked = NativeBuffer<float>.LiveBytes + NativeBuffer<double>.LiveBytes;
        if (leaked != 0)
        {
            Console.WriteLine($"FAILED: {leaked} bytes of native memory were not given back.");
            failures++;
        }

        Console.WriteLine($"{Checks.Length - failures} of {Checks.Length} checks passed at {actual} bits.");
        return failures == 0 ? 0 : 1;
    }

    private static int ChooseWidth(string expected)
    {
        try
        {
            using var backend = new CpuBackend();
            Console.WriteLine($"chose {backend.LaneWidth}");
            return backend.LaneWidth.ToString() == expected ? 0 : 1;
        }
        catch (ArgumentException error)
        {
            Console.WriteLine(error.Message);
            return 2;
        }
    }

    private static IEnumerable<(string Name, Action Check)> Contracts<T>()
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var precision = typeof(T).Name;
        // First, while everything is cold.
        yield return ($"warm-up, {precision}", WarmUp<T>);
        foreach (var gate in new[] { "H", "RY", "U3", "CNOT", "CRX", "RZZ" })
        {
            yield return ($"{gate} on every placement, {precision}", () => Use(new Circuits<T>(), body => body.Apply_EveryGate_OnEveryPlacementAndBatch_EqualsTheReference(gate)));
        }

        foreach (var qubits in new[] { 1, 4, 6 })
        {
            yield return (
                $"random circuit of {qubits} qubits, {precision}",
                () => Use(new Circuits<T>(), body => body.Apply_RandomCircuit_WithSharedAndPerSampleParameters_EqualsTheReference(qubits, 100 + qubits)));
        }

        yield return ($"wide register, {precision}", () => Use(new Circuits<T>(), body => body.Apply_WideRegister_EqualsTheReference(14, 1)));
        yield return ($"permutations, {precision}", () => Use(new Circuits<T>(), body => body.Apply_CnotsSwapsAndFlips_ArePermutationsOfTheAmplitudes()));
        yield return ($"Pauli strings, {precision}", () => Use(new Readouts<T>(), body => body.Measure_SinglesAndNeighbourPairs_EqualTheReference()));
        yield return ($"runs, {precision}", () => Use(new Readouts<T>(), body => body.Run_RandomCircuits_WithAndWithoutInitialStates_EqualTheReference()));
        yield return (
            $"gradients, {precision}",
            () => Use(new Gradients<T>(), body => body.Backward_RandomCircuit_SharedScaledShiftedAndPerSample_EqualsFiniteDifferences(3, 3, 17)));
        yield return ($"re-uploading gradients, {precision}", () => Use(new Gradients<T>(), body => body.Backward_ReuploadingAnsatz_EqualsFiniteDifferences()));
        yield return ($"trajectories, {precision}", () => new Trajectories<T>().RunTrajectories_OneQubit_AreThoseThatTheNumbersChoose());
        yield return (
            $"density matrices, {precision}", () => Use(new Densities<T>(), body => body.RandomPrograms_WithSharedAndPerSampleParameters_EqualTheReference(5, 1)));
        yield return (
            $"density matrices of a batch, {precision}",
            () => Use(new Densities<T>(), body => body.RandomPrograms_WithSharedAndPerSampleParameters_EqualTheReference(2, 17)));
        yield return (
            $"gradients through channels, {precision}", () => Use(new Densities<T>(), body => body.Backward_RandomPrograms_EqualsFiniteDifferences(5, 2, true)));
        yield return ($"batch cuts, {precision}", () => Use(new Determinism<T>(), body => body.Run_BatchCutIntoParts_GivesEachSampleTheSameBits()));
    }

    // The first calls of a process run code that the compiler later replaces; the numbers must not change with it.
    private static void WarmUp<T>()
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var circuit = TestCircuits.Random(5, 60, 17);
        var readout = TestCircuits.RandomPaulis(5, 1);
        var (parameters, inputs, cotangents) =
            (TestCircuits.Numbers(circuit.TrainableCount, 1, 3), TestCircuits.Numbers(40 * circuit.InputCount, 2, 3), TestCircuits.Numbers(40 * readout.Count, 3));
        using var backend = new CpuBackend(new CpuOptions { Threads = 1 });
        var first = GradientContract<T>.Gradients(backend, circuit, readout, parameters, inputs, cotangents, 40, null);
        for (var repeat = 0; repeat < 120; repeat++)
        {
            var later = GradientContract<T>.Gradients(backend, circuit, readout, parameters, inputs, cotangents, 40, null);
            Comparison.AssertSameBits<T>(first.Parameters, later.Parameters, $"parameter gradients, repetition {repeat}");
            Comparison.AssertSameBits<T>(first.Inputs, later.Inputs, $"input gradients, repetition {repeat}");
            if (repeat % 20 == 0)
            {
                // Long enough for the background compiler to begin.
                Thread.Sleep(110);
            }
        }
    }

    private static void Use<TBody>(TBody body, Action<TBody> check)
        where TBody : IDisposable
    {
        using (body)
        {
            check(body);
        }
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

    private sealed class Densities<T> : DensityContract<T>
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        protected override IDensityBackend Create(int? threads) => new CpuBackend(new CpuOptions { Threads = threads });
    }

    private sealed class Determinism<T> : DeterminismContract<T>
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        protected override IBackend Create(int? threads) => new CpuBackend(new CpuOptions { Threads = threads });
    }

    private sealed class Trajectories<T> : TrajectoryAgreementContract<T>
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        protected override ITrajectoryBackend Create() => new CpuBackend();
    }
}
