using System.Numerics;
using QDiff.Engine.Noise;
using QDiff.Engine.Observables;
using QDiff.Engine.Randomness;
using QDiff.Engine.States;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests.Noise;

public class DepolarizingUnravellingTests
{
    private const int Qubits = 3;

    // An entangled state of three qubits without symmetry.
    private static readonly Complex[] Entangled = new DenseState(Qubits)
        .Apply(ReferenceGates.Matrix("u3", 1.1, 0.4, -0.7), 0)
        .Apply(ReferenceGates.Matrix("u3", 0.6, -1.3, 0.2), 2)
        .Apply(ReferenceGates.Matrix("cx"), 0, 1)
        .Apply(ReferenceGates.Matrix("cry", 1.9), 2, 0)
        .Amplitudes;

    public static TheoryData<UnravellingKind, double> Cases
    {
        get
        {
            var data = new TheoryData<UnravellingKind, double>();
            foreach (var kind in Enum.GetValues<UnravellingKind>())
            {
                foreach (var p in new[] { 0.02, 0.5, 1, 1.2, DepolarizingChannel.Maximum })
                {
                    data.Add(kind, p);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Apply_ManyTrajectories_MeanIsTheChannel(UnravellingKind kind, double p)
    {
        const int count = 20_000;
        const ulong seed = 61;
        int[] noisy = [2, 0];
        using var states = Copies<double>(count);
        new DepolarizingUnravelling(new DepolarizingChannel(p), kind).Apply(states, noisy, seed, 3);

        var expected = Density(Entangled);
        foreach (var qubit in noisy)
        {
            expected = Depolarize(expected, qubit, p);
        }

        var size = 1 << Qubits;
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column < size; column++)
            {
                Complex mean = 0;
                double squareReal = 0, squareImaginary = 0;
                for (var sample = 0; sample < count; sample++)
                {
                    var entry = states.Amplitude(sample, row) * Complex.Conjugate(states.Amplitude(sample, column));
                    mean += entry / count;
                    squareReal += entry.Real * entry.Real / count;
                    squareImaginary += entry.Imaginary * entry.Imaginary / count;
                }

                var what = $"ρ[{row}, {column}], {kind}, p {p}, seed {seed}";
                Sampling.AssertWithin(expected[row, column].Real, mean.Real, Error(squareReal, mean.Real), "Re " + what);
                Sampling.AssertWithin(expected[row, column].Imaginary, mean.Imaginary, Error(squareImaginary, mean.Imaginary), "Im " + what);
            }
        }

        static double Error(double square, double mean) => Math.Sqrt(Math.Max(0, square - mean * mean) / count) + 1e-12;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Apply_AnyDraw_KeepsStatesPure(UnravellingKind kind, double p)
    {
        using var states = Copies<float>(200);
        var unravelling = new DepolarizingUnravelling(new DepolarizingChannel(p), kind);
        for (ulong operation = 0; operation < 10; operation++)
        {
            unravelling.Apply(states, [0, 1, 2], 7, operation);
        }

        for (var sample = 0; sample < states.Batch; sample++)
        {
            Assert.Equal(1, states.Norm(sample), Tolerances.NormSingle);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Apply_SplitBatchOtherThreadsOtherQubitOrder_GivesTheSameBits(UnravellingKind kind, double p)
    {
        const int count = 65;
        var channel = new DepolarizingChannel(p);
        using var whole = Copies<float>(count);
        new DepolarizingUnravelling(channel, kind).Apply(whole, [0, 2, 1], 5, 9, 100);

        foreach (var threads in new[] { 1, 2, 3 })
        {
            var first = 0;
            foreach (var part in new[] { 1, 17, 30, 17 })
            {
                using var states = Copies<float>(part);
                new DepolarizingUnravelling(channel, kind) { Threads = threads }.Apply(states, [1, 2, 0], 5, 9, 100 + first);
                for (var sample = 0; sample < part; sample++)
                {
                    // The draws are the same bits; two rotations on different qubits commute up to rounding only, jumps exactly.
                    for (var k = 0; k < states.Dimension; k++)
                    {
                        var difference = (whole.Amplitude(first + sample, k) - states.Amplitude(sample, k)).Magnitude;
                        Assert.True(difference <= Tolerances.CommutedRoundingSingle, $"sample {first + sample}, amplitude {k}: difference {difference}");
                    }
                }

                first += part;
            }

            Assert.Equal(count, first);
        }
    }

    [Theory]
    [InlineData(UnravellingKind.PauliJumps)]
    [InlineData(UnravellingKind.RandomRotations)]
    public void Apply_SameKeys_RepeatsBitForBit_AndOtherKeysDiffer(UnravellingKind kind)
    {
        var unravelling = new DepolarizingUnravelling(new DepolarizingChannel(0.9), kind);
        var reference = Apply(1, 2, 3);
        Assert.Equal(reference, Apply(1, 2, 3));
        Assert.NotEqual(reference, Apply(2, 2, 3));
        Assert.NotEqual(reference, Apply(1, 3, 3));
        Assert.NotEqual(reference, Apply(1, 2, 4));

        float[] Apply(ulong seed, ulong operation, long first)
        {
            using var states = Copies<float>(30);
            unravelling.Apply(states, [0, 1, 2], seed, operation, first);
            return [.. Enumerable.Range(0, 30).SelectMany(sample => states.Real(sample).ToArray())];
        }
    }

    [Fact]
    public void DrawJump_ManyDraws_HaveTheProbabilities()
    {
        const int count = 100_000;
        const ulong seed = 21;
        var unravelling = new DepolarizingUnravelling(new DepolarizingChannel(0.3), UnravellingKind.PauliJumps);
        var counts = new int[4];
        for (var sample = 0; sample < count; sample++)
        {
            counts[(int)unravelling.DrawJump(new CounterRandom(seed, sample, 0), 5)]++;
        }

        var expected = new double[4];
        expected[(int)Pauli.I] = 1 - 0.225;
        expected[(int)Pauli.X] = expected[(int)Pauli.Y] = expected[(int)Pauli.Z] = 0.075;
        Sampling.AssertCounts(expected, counts, count, $"jumps, seed {seed}");
    }

    [Fact]
    public void Apply_Jump_IsTheDrawnPauliOnThatQubit()
    {
        var unravelling = new DepolarizingUnravelling(new DepolarizingChannel(1.2), UnravellingKind.PauliJumps);
        using var states = Copies<double>(40);
        unravelling.Apply(states, [1], 3, 4);
        var seen = new HashSet<Pauli>();
        for (var sample = 0; sample < states.Batch; sample++)
        {
            var pauli = unravelling.DrawJump(new CounterRandom(3, sample, 4), 1);
            seen.Add(pauli);
            var matrix = pauli switch
            {
                Pauli.X => ReferenceGates.X,
                Pauli.Y => ReferenceGates.Y,
                Pauli.Z => ReferenceGates.Z,
                _ => ReferenceGates.Identity,
            };
            AssertState(new DenseState(Entangled).Apply(matrix, 1), states, sample);
        }

        Assert.Equal(4, seen.Count);
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(1.25)]
    public void Apply_Rotation_IsTheDrawnRotationOfTheBlochVector(double p)
    {
        var unravelling = new DepolarizingUnravelling(new DepolarizingChannel(p), UnravellingKind.RandomRotations);
        using var states = Copies<double>(20);
        unravelling.Apply(states, [1], 3, 4);
        var before = Bloch(new DenseState(Entangled), 1);
        for (var sample = 0; sample < states.Batch; sample++)
        {
            var rotation = unravelling.DrawRotation(new CounterRandom(3, sample, 4), 1);
            var (x, y, z) = rotation.Rotate(before.X, before.Y, before.Z);
            var after = Bloch(DenseState.Of(states, sample), 1);
            Assert.Equal(x, after.X, Tolerances.Rotation);
            Assert.Equal(y, after.Y, Tolerances.Rotation);
            Assert.Equal(z, after.Z, Tolerances.Rotation);

            // The unitary itself, phase included: W − i(X σx + Y σy + Z σz).
            var matrix = new Complex[,]
            {
                { new(rotation.W, -rotation.Z), new(-rotation.Y, -rotation.X) },
                { new(rotation.Y, -rotation.X), new(rotation.W, rotation.Z) },
            };
            AssertState(new DenseState(Entangled).Apply(matrix, 1), states, sample);
        }
    }

    [Fact]
    public void Apply_WithoutNoise_ChangesNothing()
    {
        foreach (var kind in Enum.GetValues<UnravellingKind>())
        {
            using var states = Copies<double>(3);
            new DepolarizingUnravelling(new DepolarizingChannel(0), kind).Apply(states, [0, 1, 2], 1, 1);
            AssertState(new DenseState(Entangled), states, 2);
        }
    }

    [Fact]
    public void BadInput_IsRefused_WithRangeAndValue()
    {
        var unravelling = new DepolarizingUnravelling(new DepolarizingChannel(0.1), UnravellingKind.PauliJumps);
        using var states = Copies<float>(2);
        Refusal.Says("Qubit 3 is outside this 3-qubit register (valid: 0-2).", () => unravelling.Apply(states, [3], 0, 0));
        Refusal.Says("A channel acts once on each listed qubit; got qubit 1 twice.", () => unravelling.Apply(states, [1, 0, 1], 0, 0));
        Refusal.Says("Sample numbers lie in 0 to 1099511627775; got 2 samples from -1.", () => unravelling.Apply(states, [1], 0, 0, -1));
        Refusal.Says(
            "An unravelling uses 1 thread or more; got 0.",
            () => new DepolarizingUnravelling(new DepolarizingChannel(0.1), UnravellingKind.PauliJumps) { Threads = 0 });
        Refusal.Says(
            "An unravelling is one of PauliJumps, RandomRotations; got 7.",
            () => new DepolarizingUnravelling(new DepolarizingChannel(0.1), (UnravellingKind)7));
    }

    private static StateVectorBatch<T> Copies<T>(int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var amplitudes = new Complex[count, Entangled.Length];
        for (var i = 0; i < amplitudes.Length; i++)
        {
            amplitudes[i / Entangled.Length, i % Entangled.Length] = Entangled[i % Entangled.Length];
        }

        return StateVectorBatch<T>.FromComplex(amplitudes);
    }

    private static void AssertState(DenseState expected, StateVectorBatch<double> states, int sample)
    {
        for (var k = 0; k < states.Dimension; k++)
        {
            var difference = (expected.Amplitudes[k] - states.Amplitude(sample, k)).Magnitude;
            Assert.True(difference <= Tolerances.ClosedForm, $"sample {sample}, amplitude {k}: expected {expected.Amplitudes[k]}, got {states.Amplitude(sample, k)}");
        }
    }

    private static (double X, double Y, double Z) Bloch(DenseState state, int qubit)
    {
        string Alone(char pauli) => new string('I', qubit) + pauli;
        return (state.Expectation(Alone('X')), state.Expectation(Alone('Y')), state.Expectation(Alone('Z')));
    }

    private static Complex[,] Density(Complex[] state)
    {
        var density = new Complex[state.Length, state.Length];
        for (var i = 0; i < density.Length; i++)
        {
            density[i / state.Length, i % state.Length] = state[i / state.Length] * Complex.Conjugate(state[i % state.Length]);
        }

        return density;
    }

    // (1 − p) ρ + p Tr_q ρ ⊗ I/2: the entries whose bit q agrees get the mean of the two diagonal blocks, the others nothing.
    private static Complex[,] Depolarize(Complex[,] density, int qubit, double p)
    {
        var size = density.GetLength(0);
        var bit = 1 << qubit;
        var result = new Complex[size, size];
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column < size; column++)
            {
                Complex mixed = ((row ^ column) & bit) == 0 ? (density[row, column] + density[row ^ bit, column ^ bit]) / 2 : 0;
                result[row, column] = (1 - p) * density[row, column] + p * mixed;
            }
        }

        return result;
    }
}
