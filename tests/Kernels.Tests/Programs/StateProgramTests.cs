using QDiff.Engine.Benchmarks;
using QDiff.Engine.Circuits;
using QDiff.Engine.Planning;
using QDiff.Kernels.Programs;
using QDiff.Kernels.StateVectors;

namespace QDiff.Kernels.Tests.Programs;

public class StateProgramTests
{
    private const int Lanes = 32;

    [Theory]
    [InlineData(10, 1, 50, 5)]
    [InlineData(20, 6, 102, 15)]
    public void Layers_RotationsOfAllQubits_FillThreeToAPassAcrossLayers(int qubits, int mostSweeps, int mostPasses, int mostWithConflicts)
    {
        // 15 layers of n rotations; the phases ride along and the CNOTs are renamings.
        var program = new StateProgram(Planner.Plan(LayeredCircuit.Build(qubits, 15)), blockBits: 12, runBits: 4);
        Assert.InRange(program.Sweeps.Length, 1, mostSweeps);
        Assert.InRange(program.PassCount, 15 * qubits / 3, mostPasses);
        var banks = Enumerable.Range(0, program.PassCount).Select(pass => Banks(program, pass)).ToArray();
        Assert.All(banks, count => Assert.InRange(count, Lanes / 2, Lanes));
        Assert.InRange(banks.Count(count => count < Lanes), 0, mostWithConflicts);
    }

    [Fact]
    public void Thread_EveryPass_OwnsEachAmplitudeOfABlockOnce()
    {
        var program = new StateProgram(Planner.Plan(TestCircuit(9)), blockBits: 6, runBits: 3);
        for (int pass = 0; pass < program.PassCount; pass++)
        {
            var code = program.Passes.AsSpan(pass * PassCode.Length, PassCode.Length);
            if (code[PassCode.Kind] == PassCode.BlockPhase)
            {
                continue;
            }

            var seen = new HashSet<int>();
            for (int group = 0; group < 8; group++)
            {
                int first = program.Tables[code[PassCode.Table] + group] ^ program.Tables[code[PassCode.Table] + Lanes];
                for (int local = 0; local < 8; local++)
                {
                    int place = first;
                    for (int bit = 0; bit < 3; bit++)
                    {
                        place ^= ((local >> bit) & 1) * code[PassCode.Flip + bit];
                    }

                    Assert.True(seen.Add(place), $"pass {pass}: place {place} has two owners.");
                }
            }

            Assert.Equal(64, seen.Count);
            Assert.All(seen, place => Assert.InRange(place, 0, 63));
        }
    }

    [Fact]
    public void Place_EveryIndexOfABlock_IsAnotherPlaceOfTheBlock()
    {
        int[] places = [.. Enumerable.Range(0, 4096).Select(PassCode.Place).Order()];
        Assert.Equal(Enumerable.Range(0, 4096), places);
    }

    private static int Banks(StateProgram program, int pass)
    {
        int table = program.Passes[pass * PassCode.Length + PassCode.Table];
        return Enumerable.Range(0, Lanes).Select(lane => program.Tables[table + lane] % Lanes).Distinct().Count();
    }

    private static Circuit TestCircuit(int qubits)
    {
        var builder = new CircuitBuilder(qubits);
        for (int q = 0; q < qubits; q++)
        {
            builder.RY(q, 0.1 * q).RZ((q + 4) % qubits, 0.2).CNOT(q, (q + 3) % qubits).X(q).RX((q + 1) % qubits, 0.3).SWAP(q, (q + 5) % qubits);
        }

        return builder.Build();
    }
}
