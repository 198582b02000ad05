using QDiff.Engine.Circuits;
using QDiff.Engine.Cpu;
using QDiff.Engine.Gates;
using QDiff.Engine.Mitigation;
using QDiff.Engine.Noise;

namespace QDiff.Engine.Tests.Mitigation;

public sealed class NoiseFloorTests : IDisposable
{
    private readonly CpuBackend _backend = new();

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void Characterise_DepolarizingGates_FindsTheirStrengthAndTheReadoutsContrast()
    {
        // A layer is one gate after one random Pauli: 1 − f = 1 − (1 − p)².
        double[] strengths = [0.004, 0.01, 0.02];
        var noise = new NoiseModel(
            "test", [.. strengths.Select((p, q) => NoiseRule.AfterEveryGate(1, ChannelCatalog.Depolarizing.Create(p)).On(q))], [], ReadoutError.FromFlips(0.03, 0.09));
        var floors = Characterise(noise, new CircuitBuilder(3).H(0).H(1).H(2).Build(), 10, 300);
        for (var q = 0; q < 3; q++)
        {
            Sampling.AssertWithin(1 - Math.Pow(1 - strengths[q], 2), floors[q].Strength, floors[q].StandardError, $"seed 4, qubit {q}");
            Assert.InRange(floors[q].StandardError, 1e-5, 0.002);
            // The random start's X gate is part of the preparation: 1 − p/2 in the mean.
            Assert.Equal((1 - strengths[q] / 2) * (1 - 0.03 - 0.09), floors[q].Contrast, 0.02);
        }
    }

    [Fact]
    public void Characterise_AmplitudeDamping_FindsTheMeanShrinkOfItsTwirl()
    {
        // Random Paulis turn the damping γ into a Pauli mixture with shrinks √(1 − γ), √(1 − γ), 1 − γ; H turns z into x.
        const double gamma = 0.01;
        var noise = new NoiseModel("test", [NoiseRule.After([GateCatalog.H], ChannelCatalog.AmplitudeDamping.Create(gamma))]);
        var floor = Characterise(noise, new CircuitBuilder(1).H(0).Build(), 24, 300)[0];
        var mean = Math.Sqrt((1 - gamma) * Math.Sqrt(1 - gamma));
        Sampling.AssertWithin(1 - mean, floor.Strength, floor.StandardError + 5e-5, "seed 4");
    }

    [Fact]
    public void Characterise_FewCircuitsAndUnequalReadout_HasTheStandardErrorOfItsScatter()
    {
        // A reading of 1 is wrong ten times as often as one of 0, and the random starts of four pairs must not show in the decay.
        const int repetitions = 20;
        const double p = 0.01;
        var noise = new NoiseModel(
            "test", [NoiseRule.AfterEveryGate(1, ChannelCatalog.Depolarizing.Create(p))], [], ReadoutError.FromFlips(0.02, 0.2));
        var layer = new CircuitBuilder(1).H(0).Build();
        double chiSquared = 0;
        for (ulong seed = 0; seed < repetitions; seed++)
        {
            var floor = NoiseFloor.Characterise(new SimulatedCircuitDevice(_backend, noise, 1, seed), layer, [0, 2, 8, 20], 8, 200, seed)[0];
            chiSquared += Math.Pow((floor.Strength - (1 - (1 - p) * (1 - p))) / floor.StandardError, 2);
        }

        Assert.InRange(chiSquared, 2, repetitions + 5 * Math.Sqrt(2 * repetitions));
    }

    [Fact]
    public void Characterise_WithoutNoise_FindsNone()
    {
        var floor = Characterise(new NoiseModel("none", []), new CircuitBuilder(2).H(0).CNOT(0, 1).Build(), 3, 100);
        Assert.All(floor, f => Assert.Equal((0, 1), (Math.Round(f.Strength, 4), Math.Round(f.Contrast, 4))));
        Assert.Equal(0, floor[0].Of(5), 3);
    }

    [Fact]
    public void Intentional_BesideTheDevice_ComposesToTheTotal()
    {
        double[] totals = [0.01, 0.2, 0.7, 1], devices = [0.01, 0.05, 0.1, 0.2];
        var diffusion = DiffusionBudget.Intentional(totals, devices);
        for (var step = 0; step < totals.Length; step++)
        {
            Assert.Equal(1 - totals[step], (1 - devices[step]) * (1 - diffusion[step]), 14);
        }

        // Subtraction would give 0.15, and 0.1925 in all.
        Assert.Equal(1 - 0.8 / 0.95, DiffusionBudget.Intentional(0.2, 0.05), 14);
        Assert.Equal(0, diffusion[0], 14);
    }

    [Fact]
    public void NoiseFloor_BadInput_IsRefused()
    {
        Refusal.Says(
            "Step 2 asks for a depolarizing strength of 0.02 in all and the device alone has 0.03; start the schedule noisier, use fewer layers or better qubits.",
            () => DiffusionBudget.Intentional([0.5, 0.02], [0.1, 0.03]));
        Refusal.Says("The total strength of step 1 is in [0, 1]; got 1.5.", () => DiffusionBudget.Intentional(1.5, 0.1));
        Refusal.Says("The device's own strength at step 1 is in [0, 1); got NaN.", () => DiffusionBudget.Intentional(0.5, double.NaN));
        Refusal.Says("'devices' must have 2 entries (one for each step); got 1.", () => DiffusionBudget.Intentional([0.1, 0.2], [0.1]));

        var device = new SimulatedCircuitDevice(_backend, new NoiseModel("none", []), 1, 1);
        var layer = new CircuitBuilder(1).H(0).Build();
        Refusal.Says("A decay needs at least two different depths of 0 or more; got 3, 3.", () => NoiseFloor.Characterise(device, layer, [3, 3], 1, 10, 1));
        Refusal.Says("A depth needs at least 1 random circuit; got 0.", () => NoiseFloor.Characterise(device, layer, [0, 3], 0, 10, 1));
        Refusal.Says("The layer has 2 qubits and the device 1", () => NoiseFloor.Characterise(device, new CircuitBuilder(2).H(0).Build(), [0, 3], 1, 10, 1));
        Refusal.Says(
            "A calibration layer has constant angles alone",
            () => NoiseFloor.Characterise(device, new CircuitBuilder(1).RX(0, Parameter.Trainable(0)).Build(), [0, 3], 1, 10, 1));
        var blind = new SimulatedCircuitDevice(_backend, new NoiseModel("blind", [], [], ReadoutError.FromFlips(0.5, 0.5)), 1, 1);
        Refusal.Says<InvalidOperationException>("Of qubit 0 a signal is left at 0 depth(s)", () => NoiseFloor.Characterise(blind, layer, [0, 3], 4, 100, 1));
    }

    private IReadOnlyList<QubitNoiseFloor> Characterise(NoiseModel noise, Circuit layer, int sequences, int shots) => NoiseFloor.Characterise(
        new SimulatedCircuitDevice(_backend, noise, layer.QubitCount, 4), layer, [0, 2, 5, 10, 20], sequences, shots, 4);
}
