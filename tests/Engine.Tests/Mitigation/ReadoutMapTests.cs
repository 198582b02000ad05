using System.Numerics;
using QDiff.Engine.Mitigation;
using QDiff.Engine.Noise;
using QDiff.Engine.Observables;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests.Mitigation;

public sealed class ReadoutMapTests
{
    private static readonly ReadoutNoise Noise = new(3,
    [
        new ReadoutGroup(ReadoutError.FromFlips(0.02, 0.11), [0]), new ReadoutGroup(ReadoutError.FromFlips(0.2, 0.05), [2]),
        new ReadoutGroup(ReadoutError.FromFlips(0.03, 0.03), [1]),
    ]);

    private static readonly Readout Strings = Readout.Expectations([.. from x in Enumerable.Range(0, 8) from z in Enumerable.Range(0, 8) select Of(x, z)]);

    [Fact]
    public void Confusion_OfEveryString_IsTheParityOfWhatIsRead()
    {
        var state = TestCircuits.InitialStates(1, 3, 5)[0];
        double[] values = ReferenceCircuit.Read(state, Strings);
        ReadoutMap.Confusion(Strings, Noise).Apply<double>(values);
        for (var k = 0; k < Strings.Count; k++)
        {
            // Rotate, read the probabilities with their errors, take the parity.
            var rotated = new DenseState(state.Amplitudes);
            foreach (var (qubit, pauli) in Strings.Strings[k].Factors)
            {
                if (pauli == Pauli.Y)
                {
                    rotated.Apply(new Complex[,] { { 1, 0 }, { 0, -Complex.ImaginaryOne } }, qubit);
                }

                if (pauli != Pauli.Z)
                {
                    var h = Math.Sqrt(0.5);
                    rotated.Apply(new Complex[,] { { h, h }, { h, -h } }, qubit);
                }
            }

            double[] read = Noise.Apply(rotated.Probabilities());
            var support = Strings.Strings[k].Support;
            var parity = read.Index().Sum(p => int.PopCount(p.Index & support) % 2 == 0 ? p.Item : -p.Item);
            Assert.True(Math.Abs(parity - values[k]) < 1e-6, $"{Strings.Strings[k]}: read {parity}, mapped {values[k]}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Correction_AfterConfusion_IsTheIdentity(bool born)
    {
        var readout = born ? Readout.BornProbabilities(3) : Strings;
        double[] values = TestCircuits.Numbers(2 * readout.Count, 7);
        if (!born)
        {
            // The identity is 1 in every state.
            (values[0], values[readout.Count]) = (1, 1);
        }

        double[] mapped = [.. values];
        ReadoutMap.Confusion(readout, Noise).Then(ReadoutMap.Correction(readout, Noise)).Apply<double>(mapped);
        Comparison.AssertClose<double>(values, mapped, 1e-12, "values");
    }

    [Fact]
    public void Confusion_OfBornProbabilities_IsThatOfTheNoise()
    {
        double[] probabilities = [0.1, 0.2, 0.05, 0.05, 0.3, 0.1, 0.1, 0.1];
        double[] expected = Noise.Apply(probabilities);
        ReadoutMap.Confusion(Readout.BornProbabilities(3), Noise).Apply<double>(probabilities);
        Comparison.AssertClose<double>(expected, probabilities, 1e-14, "probabilities");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ApplyTransposed_IsTheTranspose(bool born)
    {
        var readout = born ? Readout.BornProbabilities(3) : Strings;
        var map = ReadoutMap.Confusion(readout, Noise).Then(ReadoutMap.Correction(readout, new ReadoutNoise(3, [new ReadoutGroup(ReadoutError.FromFlips(0.1, 0.3), [1])])));
        double[] at = TestCircuits.Numbers(readout.Count, 1), direction = TestCircuits.Numbers(readout.Count, 2), cotangents = TestCircuits.Numbers(readout.Count, 3);
        double[] moved = [.. at.Zip(direction, (a, d) => a + d)], pulled = [.. cotangents];
        map.Apply<double>(at);
        map.Apply<double>(moved);
        map.ApplyTransposed<double>(pulled);
        Assert.Equal(cotangents.Zip(moved.Zip(at, (m, a) => m - a), (c, d) => c * d).Sum(), pulled.Zip(direction, (c, d) => c * d).Sum(), 12);
    }

    [Fact]
    public void Maps_BadInput_IsRefused()
    {
        Refusal.Says(
            "The readout has Z0 Z1 and not Z1, which an unequal readout error mixes into it; add Z1 to the readout.",
            () => ReadoutMap.Confusion(Readout.Expectations(PauliString.Z(0), PauliString.Parse("Z0 Z1")), new ReadoutNoise(2, [new ReadoutGroup(ReadoutError.FromFlips(0, 0.1), [0])])));
        Refusal.Says(
            "Values of a readout follow errors of single qubits alone; got a correlated one of qubits 0, 1:",
            () => ReadoutMap.Confusion(Readout.BornProbabilities(2), new ReadoutNoise(2, [new ReadoutGroup(ReadoutError.FromFlips(0, 0.1).Tensor(ReadoutError.FromFlips(0, 0.1)), [0, 1])])));
        Refusal.Says(
            "The readout of qubit(s) 0 cannot be undone",
            () => ReadoutMap.Correction(Readout.BornProbabilities(1), new ReadoutNoise(1, [new ReadoutGroup(ReadoutError.FromFlips(0.5, 0.5), [0])])));
    }

    private static PauliString Of(int x, int z) =>
        PauliString.From([.. Enumerable.Range(0, 3).Select(q => (q, ((x >> q) & 1, (z >> q) & 1) switch { (0, 0) => Pauli.I, (1, 0) => Pauli.X, (1, 1) => Pauli.Y, _ => Pauli.Z }))]);
}
