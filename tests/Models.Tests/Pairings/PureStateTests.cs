using System.Numerics;
using QDiff.Engine.Randomness;
using QDiff.Models.Pairings;

namespace QDiff.Models.Tests.Pairings;

public class PureStateTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void PauliVectors_OfTwoStates_HaveTheirFidelityAsProduct(int qubits)
    {
        Complex[] a = ComplexWatson.Haar(1 << qubits, new CounterRandom(1, 0, 0)), b = ComplexWatson.Haar(1 << qubits, new CounterRandom(1, 1, 0));
        float[] ofA = new float[1 << (2 * qubits)], ofB = new float[ofA.Length];
        PureState.PauliVector(a, ofA);
        PureState.PauliVector(b, ofB);
        Assert.Equal(1, ofA[0], 6);
        Assert.Equal(PureState.Fidelity(a, b), ofA.Zip(ofB, (x, y) => (double)x * y).Sum() / (1 << qubits), 5);
        for (int q = 0; q < qubits; q++)
        {
            (double x, double y, double z) = PureState.Bloch(a, q);
            Assert.Equal(x, ofA[1 << (2 * q)], 5);
            Assert.Equal(y, ofA[2 << (2 * q)], 5);
            Assert.Equal(z, ofA[3 << (2 * q)], 5);
        }
    }

    [Fact]
    public void FromBloch_OfADirection_HasItAsBlochVector()
    {
        (double x, double y, double z) = PureState.Bloch(PureState.FromBloch(2.0 / 7, -3.0 / 7, 6.0 / 7), 0);
        Assert.Equal((2.0 / 7, -3.0 / 7, 6.0 / 7), (x, y, z), (left, right) => Math.Abs(left.Item1 - right.Item1) + Math.Abs(left.Item2 - right.Item2) + Math.Abs(left.Item3 - right.Item3) < 1e-12);
    }

    [Fact]
    public void Ising_States_AreGroundStates()
    {
        var data = new StateData(StateEnsemble.Ising);
        foreach (Complex[] state in data.Draw(5, 2))
        {
            double[] paulis = Expectations(state);
            // ⟨H²⟩ = ⟨H⟩² for an eigenstate: H ψ ∝ ψ for the g that makes the residual least, and the energy is below that of any product state.
            double field = Enumerable.Range(0, 256).Select(i => 0.5 + ((i + 0.5) / 256)).MinBy(g => Residual(state, g));
            Assert.InRange(Residual(state, field), 0, 1e-9);
            Assert.True(-paulis[0] - (field * paulis[1]) < -Math.Max(3, 4 * field));
        }
    }

    [Fact]
    public void Cluster_States_AreMaximallyEntangled()
    {
        foreach (Complex[] state in new StateData(StateEnsemble.Cluster).Draw(5, 2))
        {
            (double x, double y, double z) = PureState.Bloch(state, 1);
            Assert.Equal(0, (x * x) + (y * y) + (z * z), 12);
        }
    }

    private static Complex[] Hamiltonian(Complex[] state, double field) => [.. state.Select((amplitude, k) =>
    {
        Complex sum = 0;
        for (int q = 0; q < 4; q++)
        {
            sum -= field * state[k ^ (1 << q)];
            sum -= q == 3 ? 0 : ((k >> q & 1) == (k >> (q + 1) & 1) ? amplitude : -amplitude);
        }

        return sum;
    })];

    private static double Residual(Complex[] state, double field)
    {
        Complex[] moved = Hamiltonian(state, field);
        Complex energy = state.Zip(moved, (a, b) => Complex.Conjugate(a) * b).Aggregate(Complex.Add);
        return state.Zip(moved, (a, b) => (b - (energy * a)).Magnitude).Max();
    }

    /// <summary>⟨Σ ZZ⟩ and ⟨Σ X⟩.</summary>
    private static double[] Expectations(Complex[] state) =>
    [
        -state.Zip(Hamiltonian(state, 0), (a, b) => (Complex.Conjugate(a) * b).Real).Sum(),
        state.Zip(Hamiltonian(state, 0), (a, b) => (Complex.Conjugate(a) * b).Real).Sum() - state.Zip(Hamiltonian(state, 1), (a, b) => (Complex.Conjugate(a) * b).Real).Sum(),
    ];
}
