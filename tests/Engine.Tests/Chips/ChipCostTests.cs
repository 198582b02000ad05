using QDiff.Engine.Chips;
using QDiff.Engine.Gates;
using QDiff.Engine.Programs;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests.Chips;

public class ChipCostTests
{
    [Fact]
    public void Of_ASmallProgram_CountsGatesAndMultipliesFidelities()
    {
        // On qubits 1-2-4 of the chip: CZ fidelities 0.97 and 0.98.
        var program = new ProgramBuilder(3, 1)
            .Gate(GateCatalog.H, [0]).Gate(GateCatalog.H, [1]).Gate(GateCatalog.CNOT, [0, 1]).Gate(GateCatalog.SWAP, [2, 1]).Gate(GateCatalog.RZZ, [0, 1], 0.2)
            .If(new Condition([0], 1), [.. new ProgramBuilder(3, 1).Gate(GateCatalog.X, [2]).Build().Instructions]).Measure(2, 0).Build();
        var cost = ChipCost.Of(program, TestChips.Tiny, [1, 2, 4]);
        Assert.Equal((3, 6, 1), (cost.OneQubitGates, cost.CzGates, cost.Swaps));
        Assert.Equal((7, 6), (cost.Depth, cost.CzDepth));
        Assert.Equal(0.999 * 0.998 * 0.999, cost.OneQubitFidelity, Tolerances.ClosedForm);
        Assert.Equal(Math.Pow(0.97, 3) * Math.Pow(0.98, 3), cost.CzFidelity, Tolerances.ClosedForm);
        Assert.Equal(0.85, cost.ReadoutFidelity, Tolerances.ClosedForm);
        Assert.Equal(cost.GateFidelity * 0.85, cost.TotalFidelity, Tolerances.ClosedForm);

        // Process fidelity ((d + 1) F − 1)/d of every gate.
        var process = (1.5 * 0.999 - 0.5) * (1.5 * 0.998 - 0.5) * (1.5 * 0.999 - 0.5) * Math.Pow(1.25 * 0.97 - 0.25, 3) * Math.Pow(1.25 * 0.98 - 0.25, 3);
        Assert.Equal(process, cost.NoErrorProbability, Tolerances.ClosedForm);
        Assert.Equal(
            [
                "tiny, qubits 1-2-4",
                "3 one-qubit gates and 6 CZ (1 SWAP of 3 CZ); depth 7, of CZ 6",
                "estimated fidelity of the circuit 85.6 %: one-qubit gates 99.6 %, CZ 85.9 %; no error at all 82.1 %",
                "readout 85 %, circuit and readout 72.7 %",
            ],
            cost.Lines().AsEnumerable());
    }

    [Fact]
    public void Of_AProgramWithoutMeasurement_CountsTheReadoutOfAllQubits() =>
        Assert.Equal(0.925 * 0.9, ChipCost.Of(new ProgramBuilder(2, 0).Build(), TestChips.Tiny, [1, 2]).ReadoutFidelity, Tolerances.ClosedForm);

    [Fact]
    public void Of_WhatDoesNotFit_IsRefused()
    {
        var program = new ProgramBuilder(3, 0).Gate(GateCatalog.CZ, [0, 2]).Build();
        Refusal.Says("'tiny' has no gate for CZ(0, 2) on its qubits 1, 4: route the circuit first.", () => ChipCost.Of(program, TestChips.Tiny, [1, 2, 4]));
        Refusal.Says("A program of 3 qubits does not fit on 2.", () => ChipCost.Of(program, TestChips.Tiny, [1, 2]));
    }

    [Fact]
    public void CzCost_OfEveryGate_IsKnown()
    {
        Assert.All(GateCatalog.All, gate => Assert.InRange(CzCost.Of(gate), gate.Arity == 1 ? 0 : 1, gate.Arity switch { 1 => 0, 2 => 3, _ => 8 }));
        Assert.Equal(3, CzCost.Of(GateDefinition.FromUnitary(ReferenceGates.Matrix("rxx", 0.3))));
        Assert.Equal(6, CzCost.Of(GateCatalog.Toffoli));
    }

    [WukongFact]
    public void Of_FifteenLayersOfNineCz_IsHalfAPercentOnTheWukong()
    {
        var chip = ChipProfile.Parse(File.ReadAllText(WukongFactAttribute.Path));
        var line = ChipLine.Best(chip, 10).Qubits;
        var program = new ProgramBuilder(10, 0);
        for (var layer = 0; layer < 15; layer++)
        {
            for (var qubit = 0; qubit < 10; qubit++)
            {
                program.Gate(GateCatalog.RY, [qubit], 0.1).Gate(GateCatalog.RZ, [qubit], 0.1);
            }

            for (var qubit = 0; qubit < 9; qubit++)
            {
                program.Gate(GateCatalog.CNOT, [qubit, qubit + 1]);
            }
        }

        var cost = ChipCost.Of(program.Build(), chip, line);
        Assert.Equal((300, 135, 0), (cost.OneQubitGates, cost.CzGates, cost.Swaps));

        // Products that were computed from the file in another language.
        Assert.Equal(0.003998999543704655, cost.CzFidelity, Tolerances.ClosedForm);
        Assert.Equal(0.5179903292836647, cost.OneQubitFidelity, 1e-12);
        Assert.Equal(0.361764575275922, cost.ReadoutFidelity, Tolerances.ClosedForm);
    }
}
