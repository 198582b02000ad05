using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Cpu;
using QDiff.Engine.Planning;
using QDiff.Engine.Randomness;
using QDiff.Engine.States;
using QDiff.Models.Pairings;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Pairings;

public sealed class AncillaDenoiserTests : IDisposable
{
    private readonly CpuBackend _backend = new();

    public void Dispose() => _backend.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Preparation_OfRandomStates_PreparesThem(int qubits)
    {
        var preparation = new StatePreparation(qubits);
        var builder = new CircuitBuilder(qubits);
        preparation.AppendTo(builder);
        Plan plan = Planner.Plan(builder.Build());
        for (int i = 0; i < 10; i++)
        {
            Complex[] state = i == 0 ? Basis(qubits) : ComplexWatson.Haar(1 << qubits, new CounterRandom(4, i, 0));
            var angles = new float[preparation.AngleCount];
            preparation.WriteAngles(state, angles);
            using StateVectorBatch<float> prepared = StateVectorBatch<float>.Zero(1, qubits);
            _backend.Apply(plan, new Bindings<float>([], angles), prepared);
            Complex[] amplitudes = [.. Enumerable.Range(0, 1 << qubits).Select(k => prepared.Amplitude(0, k))];
            Assert.Equal(1, PureState.Fidelity(state, amplitudes), 5);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public void Forward_OfAState_GivesProbabilitiesAndStatesOfEveryOutcome(int qubits, int ancillas)
    {
        random.manual_seed(5);
        using var denoiser = new AncillaDenoiser(qubits, ancillas, 2, _backend);
        var preparation = new StatePreparation(qubits);
        Complex[] state = ComplexWatson.Haar(1 << qubits, new CounterRandom(8, 0, 0));
        var angles = new float[preparation.AngleCount];
        preparation.WriteAngles(state, angles);
        using var frozen = no_grad();
        using Tensor output = denoiser.call(tensor(angles, [1, angles.Length]));
        float[] values = output.data<float>().ToArray();

        var joint = new Complex[1, 1 << (qubits + ancillas)];
        for (int k = 0; k < state.Length; k++)
        {
            joint[0, k] = state[k];
        }

        using StateVectorBatch<float> after = StateVectorBatch<float>.FromComplex(joint);
        _backend.Apply(Planner.Plan(denoiser.Body), new Bindings<float>(denoiser.Angles()), after);
        int strings = 1 << (2 * qubits);
        for (int m = 0; m < 1 << ancillas; m++)
        {
            Complex[] part = [.. Enumerable.Range(0, state.Length).Select(k => after.Amplitude(0, (m << qubits) + k))];
            var expected = new float[strings];
            PureState.PauliVector(part, expected);
            Assert.All(expected.Index(), e => Assert.Equal(e.Item, values[(m * strings) + e.Index], 1e-5));
        }
    }

    private static Complex[] Basis(int qubits)
    {
        var state = new Complex[1 << qubits];
        state[^1] = Complex.ImaginaryOne;
        return state;
    }
}
